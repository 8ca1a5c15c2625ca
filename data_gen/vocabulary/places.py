"""Countries with their cities, streets, telephone numbers and business clocks; all numbers and streets are invented."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class City:
    name: str
    region: str  # the code SAP keeps in KNA1-REGIO
    postal: str  # '#' stands for a digit, '@' for a letter
    area: str  # dialling code without the trunk zero


@dataclass(frozen=True)
class Country:
    code: str
    share: float  # of the golden customers
    dial: str
    subscriber: int  # digits that follow the area code
    trunk: str  # digit dialled before the area code inside the country; empty where there is none
    utc_offset: float  # of the business clock, standard time
    language: str  # SAP's one-letter key
    vat: str  # '#' stands for a digit, '@' for a letter
    number_first: bool  # '12 High Street' instead of 'Hauptstraße 12'
    region: str  # sales region
    roots: str  # naming tradition, see companies.ROOTS
    trade: str  # language of the trade words, see companies.TRADES
    cities: tuple[City, ...]
    streets: tuple[str, ...]


def _cities(text: str) -> tuple[City, ...]:
    return tuple(City(*(part.strip() for part in line.split("|"))) for line in text.strip().splitlines())


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(","))


US = Country(
    "US", 0.29, "1", 7, "", -5.0, "E", "US#########", True, "AMER", "english", "english",
    _cities("""
        New York|NY|100##|212
        Chicago|IL|606##|312
        Austin|TX|787##|512
        Denver|CO|802##|303
        Seattle|WA|981##|206
        Atlanta|GA|303##|404
        Boston|MA|021##|617
        Minneapolis|MN|554##|612
        Phoenix|AZ|850##|602
        Portland|OR|972##|503
        Nashville|TN|372##|615
        Columbus|OH|432##|614
        Raleigh|NC|276##|919
        San Diego|CA|921##|619
        Pittsburgh|PA|152##|412
        Kansas City|MO|641##|816"""),
    _words("""Market Street, Oak Avenue, Commerce Drive, Lakeview Road, Franklin Street, Industrial Boulevard,
        Riverside Drive, Maple Avenue, Enterprise Parkway, Jefferson Avenue, Mill Road, Harbor Boulevard,
        Summit Drive, Lincoln Avenue, Technology Drive, Prairie Road, Union Street, Madison Avenue, Canal Street,
        Foundry Road, Walnut Street, Orchard Road, Gateway Boulevard, Station Avenue, Elm Street, Highland Avenue,
        Depot Street"""),
)  # fmt: skip
GB = Country(
    "GB", 0.13, "44", 7, "0", 0.0, "E", "GB#########", True, "EMEA", "british", "english",
    _cities("""
        London|LND|EC#A #@@|207
        Manchester|MAN|M# #@@|161
        Birmingham|BIR|B# #@@|121
        Leeds|LDS|LS# #@@|113
        Bristol|BST|BS# #@@|117
        Glasgow|GLG|G# #@@|141
        Edinburgh|EDH|EH# #@@|131
        Sheffield|SHF|S# #@@|114
        Nottingham|NGM|NG# #@@|115
        Reading|RDG|RG# #@@|118"""),
    _words("""High Street, Station Road, Victoria Road, Albert Street, Mill Lane, Kings Road, Park Avenue,
        Bridge Street, Queens Road, Church Lane, Foundry Lane, Canal Street, Castle Street, Wharf Road, Market Place,
        Trinity Lane, Dock Street, Priory Road, Chapel Lane, Weavers Lane, Granary Road, Harbour Street, Abbey Road,
        Orchard Lane"""),
)  # fmt: skip
JP = Country(
    "JP", 0.10, "81", 8, "0", 9.0, "J", "T#############", True, "APAC", "japanese", "japanese",
    _cities("""
        Tokyo|13|1##-00##|3
        Osaka|27|53#-00##|6
        Yokohama|14|22#-00##|45
        Nagoya|23|46#-00##|52
        Fukuoka|40|81#-00##|92
        Sapporo|01|06#-00##|11
        Kyoto|26|60#-80##|75
        Sendai|04|98#-00##|22"""),
    _words("""Chuo-dori, Sakura-dori, Meiji-dori, Midosuji, Showa-dori, Nishiki-cho, Honmachi, Kandacho, Yanagi-dori,
        Aoba-dori, Minato-machi, Hakata-machi, Otemachi, Kitahama, Tenjin, Motomachi, Sumiyoshi-cho, Asahi-machi,
        Wakaba-dori, Higashi-machi, Umeda-cho, Kawaramachi, Hinode-cho, Ginkgo-dori"""),
)  # fmt: skip
DE = Country(
    "DE", 0.13, "49", 8, "0", 1.0, "D", "DE#########", False, "EMEA", "german", "german",
    _cities("""
        Berlin|11|10###|30
        München|09|80###|89
        Hamburg|02|20###|40
        Köln|05|50###|221
        Frankfurt am Main|06|60###|69
        Stuttgart|08|70###|711
        Düsseldorf|05|40###|211
        Nürnberg|09|90###|911
        Leipzig|14|04###|341
        Münster|05|48###|251"""),
    _words("""Hauptstraße, Bahnhofstraße, Gartenstraße, Lindenstraße, Industriestraße, Schillerstraße, Goethestraße,
        Am Güterbahnhof, Mühlenweg, Königstraße, Ringstraße, Hafenstraße, Werkstraße, Kastanienallee, Poststraße,
        Bergstraße, Gewerbepark, Schloßstraße, Rosenweg, Fabrikstraße, Kirchgasse, Brückenstraße,
        Marktplatz, Südring"""),
)  # fmt: skip
FR = Country(
    "FR", 0.09, "33", 8, "0", 1.0, "F", "FR###########", True, "EMEA", "french", "french",
    _cities("""
        Paris|75|750##|1
        Lyon|69|690##|4
        Marseille|13|130##|4
        Toulouse|31|310##|5
        Nantes|44|440##|2
        Lille|59|590##|3
        Bordeaux|33|330##|5
        Strasbourg|67|670##|3"""),
    _words("""rue de la République, avenue des Peupliers, boulevard Voltaire, rue du Moulin, rue Pasteur,
        quai des Forges, avenue Jean Jaurès, rue des Tanneurs, place du Marché, rue de l'Église, avenue de la Gare,
        rue des Écoles, boulevard des Chênes, rue du Port, allée des Acacias, rue Molière, chemin des Vignes,
        rue Lafontaine, avenue du Général Leclerc, rue des Lilas, impasse du Verger, rue Saint-Michel,
        cours Gambetta"""),
)  # fmt: skip
SG = Country(
    "SG", 0.06, "65", 7, "", 8.0, "E", "SG########@", True, "APAC", "singaporean", "english",
    _cities("""
        Singapore|SG|0#####|6
        Jurong|SG|6#####|6
        Tampines|SG|5#####|6
        Woodlands|SG|7#####|6"""),
    _words("""Anson Road, Robinson Road, Cecil Street, Jurong East Avenue, Tuas Crescent, Ubi Road, Kallang Way,
        Changi South Lane, Tampines Street, Pioneer Sector, Paya Lebar Road, Toa Payoh Lane, Bukit Batok Street,
        Alexandra Terrace, Pandan Crescent, Senoko Drive, Keppel Bay View, Gul Circle, Loyang Way, Serangoon Avenue"""),
)  # fmt: skip
AU = Country(
    "AU", 0.06, "61", 8, "0", 10.0, "E", "AU###########", True, "APAC", "australian", "english",
    _cities("""
        Sydney|NSW|20##|2
        Melbourne|VIC|30##|3
        Brisbane|QLD|40##|7
        Perth|WA|60##|8
        Adelaide|SA|50##|8
        Canberra|ACT|26##|2"""),
    _words("""George Street, Collins Street, Queen Street, Eagle Street, Hay Street, King William Road, Flinders Lane,
        Harbour Road, Wattle Street, Banksia Avenue, Jetty Road, Parramatta Road, Ferny Way, Murray Street,
        Ironbark Drive, Wharf Street, Creek Road, Acacia Avenue, Station Street, Boundary Road, Kent Street"""),
)  # fmt: skip
IN = Country(
    "IN", 0.06, "91", 8, "0", 5.5, "E", "##@@@@@####@#Z#", True, "APAC", "indian", "english",
    _cities("""
        Mumbai|13|4000##|22
        Bengaluru|10|5600##|80
        New Delhi|30|1100##|11
        Pune|13|4110##|20
        Hyderabad|36|5000##|40
        Chennai|22|6000##|44"""),
    _words("""MG Road, Nehru Place, Linking Road, Residency Road, Park Street, Ring Road, Anna Salai,
        Banjara Hills Road, Whitefield Main Road, Andheri Kurla Road, Baner Road, Old Airport Road, Lake View Road,
        Temple Street, Industrial Estate Road, Station Road, Cunningham Road, Hill Road, Senapati Marg,
        Outer Ring Road"""),
)  # fmt: skip
BR = Country(
    "BR", 0.04, "55", 8, "0", -3.0, "P", "BR##############", False, "LATAM", "brazilian", "portuguese",
    _cities("""
        São Paulo|SP|01###-0##|11
        Rio de Janeiro|RJ|20###-0##|21
        Belo Horizonte|MG|30###-0##|31
        Curitiba|PR|80###-0##|41
        Porto Alegre|RS|90###-0##|51
        Recife|PE|50###-0##|81"""),
    _words("""Avenida Brasil, Rua das Flores, Avenida das Nações, Rua do Comércio, Rua São João, Avenida Industrial,
        Rua Quinze de Novembro, Alameda Santos, Rua dos Pinheiros, Avenida Atlântica, Rua da Consolação,
        Travessa do Porto, Rua Sete de Abril, Avenida Beira Rio, Rua Marechal Deodoro, Rua das Acácias"""),
)  # fmt: skip
CA = Country(
    "CA", 0.04, "1", 7, "", -5.0, "E", "CA#########", True, "AMER", "english", "english",
    _cities("""
        Toronto|ON|M#@ #@#|416
        Vancouver|BC|V#@ #@#|604
        Calgary|AB|T#@ #@#|403
        Ottawa|ON|K#@ #@#|613
        Montréal|QC|H#@ #@#|514
        Halifax|NS|B#@ #@#|902"""),
    _words("""King Street, Bay Street, Granville Street, Portage Avenue, Wellington Street, Dundas Street,
        Bloor Street, Lakeshore Boulevard, Spruce Avenue, Dalhousie Street, Yukon Street, Confederation Drive,
        Jasper Avenue, Hudson Road, Fraser Street, Ridge Road, Cambie Road, Barrington Street, Steeles Avenue"""),
)  # fmt: skip

COUNTRIES: tuple[Country, ...] = (US, GB, JP, DE, FR, SG, AU, IN, BR, CA)
BY_CODE: Mapping[str, Country] = {country.code: country for country in COUNTRIES}
