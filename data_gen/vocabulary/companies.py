"""What companies are called: roots by naming tradition, trades by language and industry, legal forms by country."""

from collections.abc import Mapping

INDUSTRIES: Mapping[str, tuple[str, float]] = {  # name: SAP's four letters (KNA1-BRSCH), share of the customers
    "Manufacturing": ("MANU", 0.22),
    "Technology": ("TECH", 0.18),
    "Financial Services": ("FINS", 0.14),
    "Healthcare": ("HLTH", 0.12),
    "Retail": ("RETL", 0.11),
    "Logistics": ("LOGI", 0.10),
    "Energy": ("ENGY", 0.07),
    "Media": ("MEDI", 0.06),
}
SEGMENTS: Mapping[str, tuple[str, float]] = {  # name: SAP's customer class (KNA1-KUKLA), share of the customers
    "Enterprise": ("01", 0.12),
    "Mid-Market": ("02", 0.28),
    "SMB": ("03", 0.38),
    "Startup": ("04", 0.22),
}

ROOTS: Mapping[str, tuple[str, ...]] = {
    tradition: tuple(text.split())
    for tradition, text in {
        "english": """Northgate Bluewater Harborline Cedarpoint Ironwood Silvercreek Stonebridge Redfern
            Brightwell Clearfield Fairhaven Greystone Highmark Lakeshore Maplewood Oakmont Pinnacle
            Quarryside Ridgeway Summitview Tidewater Union Valleyforge Westbrook Yellowpine Alderman
            Beckwith Calloway Dunmore Eastlake Fulbright Garrison Hollister Ingram Jessup Kingsley
            Langdon Merriweather Norwood Ogden Prescott Quimby Rutherford Sheffer Thackeray Underhill
            Vantage Whitlock Yardley Zephyr Amberfield Broadmoor Copperhill Driftwood Evergreen Foxglove
            Granite Heartland Juniper Keystone Lodestar Meadowlark Nightingale Orchard""",
        "british": """Ashdown Blackwood Cavendish Darlington Elmhurst Fenwick Grantham Hargreaves Inglewood Jarrow
            Kenilworth Lancombe Marlowe Netherby Oakham Pemberton Quorn Ravenscroft Stanhope Thornbury
            Upton Verwood Wetherby Yarm Arkwright Bramley Chesterfield Dunstable Everleigh Foxley
            Greenhalgh Hathaway Ilkley Kirkwall Longfellow Moorland Northcote Ormsby Penrose Radcliffe
            Selwood Tamworth Ullswater Vickery Wainfleet Wexcombe Aldgate Brompton Clifton Dovedale""",
        "german": """Keller Brandt Hoffmann Schäfer Krüger Böhm Vogel Lindner Hartwig Seidel Kröger Bergmann
            Jäger Grünwald Köhler Möller Lorenz Dietrich Falkenberg Steinbach Rößler Winkler Baumann
            Eichhorn Nordhaus Südhoff Lübbers Weißenfels Schröder Pfeiffer Zimmermann Hellwig Reinhardt
            Ostermann Wörner Brückner Kästner Fährmann Gottschalk Hagedorn Ilmenau Kranich Lechner
            Mühlbauer Neumann Petersen Quast Rademacher Sommerfeld Tiedemann Ullrich Voss Wagenknecht
            Zeller Albrecht Birkner""",
        "french": """Moreau Delacroix Lefèvre Girard Beaumont Rousselle Fontaine Chevalier Mercier Dubreuil
            Garnier Laurent Bertrand Clément Duchêne Étienne Faucher Gauthier Hébert Jourdan Lacombe
            Marchand Noël Perrin Renaud Sauvage Thibault Vasseur Bonneville Carpentier Desmarais
            Forestier Guérin Lambert Montagne Olivier Picard Rivière Séguin Tessier Valmont Verdier
            Aubert Blanchard Colombier Durandal""",
        "japanese": """Hoshino Takahara Sakurai Morimoto Fujisawa Kitagawa Nishimura Yamashiro Hasegawa Okabe
            Mizuno Aokawa Kurosaki Shirakawa Tsukamoto Ishibashi Hirano Kawabe Matsuo Ueda Noguchi
            Asahina Kuramoto Oshiro Tanabe Wakatsuki Hayama Miyoshi Sugimura Kobari Ogawara Teshima
            Arakawa Iwaki Kamiya Shimazu Nagasawa Hamabe Ikeuchi Katagiri Mineda Otsubo Sasamoto
            Tokunaga Yoshikane Akagi""",
        "singaporean": """Straits Merlion Temarin Keppelmere Marina Orchid Raffleson Sembawang Pasir Lionheart Kallang
            Vantara Equator Monsoon Banyan Nusantara Jadeport Tiong Hwa Angsana Rimbun Telok Bukit
            Cendana Melati Harbourfront Kinabalu Selat Timur Barat Utara Dragonfruit Sagotree Kasturi
            Permata Suria""",
        "australian": """Banksia Coolabah Wattle Kookaburra Redgum Billabong Southern Ironbark Jarrah Kimberley
            Murraydale Outback Pilbara Queensbury Rosella Saltbush Tasman Uluru Waratah Yarra Boomer
            Currawong Dandenong Eucla Flinders Gippsland Hawkesbury Illawarra Jindabyne Kosciusko
            Lorikeet Macquarie Nullarbor Otway Snowy Warrego""",
        "indian": """Sharma Iyer Banerjee Chandran Deshmukh Kulkarni Malhotra Nair Pillai Rajan Saxena Trivedi
            Venkat Agarwal Bhatia Chopra Dhillon Ganesan Hegde Joshi Kapadia Lakhani Menon Narayan
            Oberai Prasad Raghavan Sundaram Thakur Upadhyay Vyas Wadhwa Himalaya Ganga Kaveri Shakti
            Surya Chakra Vidya Arjun Indus Nilgiri""",
        "brazilian": """Silveira Cardoso Monteiro Barbosa Teixeira Carvalho Figueiredo Gonçalves Magalhães
            Nascimento Pinheiro Queiroz Ribeiro Sampaio Tavares Vasconcelos Araújo Brandão Coutinho
            Duarte Esteves Fonseca Guimarães Junqueira Lacerda Marinho Novaes Oliveira Peixoto Rezende
            Serrano Valadares Ipanema Paraná Cerrado""",
    }.items()
}

TRADES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    language: {
        industry: tuple(word.strip() for word in line.split(","))
        for industry, line in zip(INDUSTRIES, text.strip().splitlines(), strict=True)
    }
    for language, text in {
        "english": """Manufacturing, Precision Tools, Machine Works, Components, Castings
            Software, Data Systems, Networks, Digital, Technologies
            Capital, Financial, Insurance Services, Credit Partners, Asset Management
            Medical, Health Group, Diagnostics, Biosciences, Care Systems
            Retail, Outfitters, Home Goods, Trading, Provisions
            Logistics, Freight, Shipping, Supply Chain, Transport
            Energy, Solar, Power Systems, Utilities, Renewables
            Media, Publishing, Studios, Broadcasting, Print House""",
        "german": """Maschinenbau, Werkzeugtechnik, Metallbau, Antriebstechnik, Präzisionsteile
            Softwarehaus, Datentechnik, Systeme, Informatik, Netzwerke
            Finanzdienste, Kreditservice, Versicherungsdienst, Vermögensverwaltung, Leasing
            Medizintechnik, Pharma, Klinikbedarf, Diagnostik, Labortechnik
            Handel, Möbelhaus, Warenhandel, Großhandel, Einzelhandel
            Logistik, Spedition, Transporte, Lagerhaus, Güterverkehr
            Energie, Solartechnik, Netzbetrieb, Windkraft, Wärmetechnik
            Medien, Verlag, Druckhaus, Rundfunk, Werbung""",
        "french": """Mécanique, Outillage, Industrie, Usinage, Métallurgie
            Logiciels, Informatique, Systèmes, Réseaux, Numérique
            Finance, Assurances, Crédit, Patrimoine, Gestion
            Médical, Santé, Pharmacie, Diagnostic, Laboratoires
            Distribution, Maison, Négoce, Commerce, Boutiques
            Transports, Logistique, Fret, Messagerie, Entrepôts
            Énergie, Solaire, Électricité, Éolien, Réseau Vert
            Médias, Éditions, Studios, Imprimerie, Presse""",
        "portuguese": """Metalúrgica, Ferramentas, Indústria, Máquinas, Componentes
            Sistemas, Informática, Redes, Tecnologia, Dados
            Financeira, Seguros, Crédito, Investimentos, Gestão
            Saúde, Farmacêutica, Diagnósticos, Clínicas, Laboratórios
            Comércio, Varejo, Distribuidora, Lojas, Atacado
            Transportes, Logística, Cargas, Armazéns, Expresso
            Energia, Solar, Elétrica, Eólica, Biocombustíveis
            Mídia, Editora, Estúdios, Gráfica, Publicidade""",
        "japanese": """Seimitsu, Kikai, Seisakusho, Kogyo, Kinzoku
            Joho, Denshi, Systems, Tsushin, Soft
            Shoken, Hoken, Shinyo, Kinyu, Lease
            Iryo, Yakuhin, Kenko, Seiyaku, Iryoki
            Shoten, Shoji, Boeki, Hanbai, Shokai
            Unyu, Butsuryu, Soko, Kaiun, Yuso
            Denryoku, Energy, Gas, Taiyoko, Setsubi
            Shuppan, Insatsu, Hoso, Eizo, Kokoku""",
    }.items()
}

# Each legal form with the ways in which clerks write it; the first is the registered one.
LEGAL_FORMS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "US": (("Inc.", "Inc", "Incorporated"), ("LLC", "L.L.C."), ("Corp.", "Corporation", "Corp")),
    "CA": (("Inc.", "Inc", "Incorporated"), ("Ltd.", "Ltd", "Limited")),
    "GB": (("Ltd", "Limited", "Ltd."), ("PLC", "plc"), ("LLP", "L.L.P.")),
    "DE": (("GmbH", "G.m.b.H.", "Gesellschaft mbH"), ("AG",), ("GmbH & Co. KG", "GmbH und Co. KG"), ("KG",)),
    "FR": (("SARL", "S.A.R.L."), ("SAS", "S.A.S."), ("SA", "S.A.")),
    "JP": (("K.K.", "KK"), ("Co., Ltd.", "Co. Ltd")),
    "SG": (("Pte. Ltd.", "Pte Ltd"), ("Ltd.", "Limited")),
    "AU": (("Pty Ltd", "Pty. Ltd."), ("Ltd", "Limited")),
    "IN": (("Pvt. Ltd.", "Pvt Ltd", "Private Limited"), ("Ltd.", "Limited")),
    "BR": (("Ltda.", "Ltda"), ("S.A.", "SA")),
}
AND: Mapping[str, tuple[str, ...]] = {  # how each trade language writes the ampersand
    "english": ("&", "and"),
    "german": ("&", "und"),
    "french": ("&", "et"),
    "portuguese": ("&", "e"),
    "japanese": ("&", "and"),
}
