"""The twenty-five sales representatives: name, region and day of hire; all persons are invented."""

from datetime import date

REPS: tuple[tuple[str, str, date], ...] = (
    ("Amelia Whitfield", "AMER", date(2016, 3, 14)),
    ("Marcus Oyelaran", "AMER", date(2017, 9, 4)),
    ("Dana Castellanos", "AMER", date(2018, 1, 22)),
    ("Theo Lindqvist", "AMER", date(2018, 6, 11)),
    ("Priscilla Huang", "AMER", date(2019, 2, 18)),
    ("Jordan Reyes", "AMER", date(2020, 10, 5)),
    ("Nadia Kowalczyk", "AMER", date(2021, 4, 12)),
    ("Everett Simmons", "AMER", date(2022, 8, 1)),
    ("Camille Bouchard", "AMER", date(2023, 5, 15)),
    ("Rhys Gallagher", "EMEA", date(2015, 11, 2)),
    ("Annika Vogelsang", "EMEA", date(2017, 4, 3)),
    ("Baptiste Morvan", "EMEA", date(2018, 9, 17)),
    ("Freya Ashworth", "EMEA", date(2019, 7, 1)),
    ("Leon Steinmetz", "EMEA", date(2020, 1, 13)),
    ("Ingrid Halvorsen", "EMEA", date(2021, 2, 1)),
    ("Matteo Bellini", "EMEA", date(2021, 11, 8)),
    ("Zuzana Novotna", "EMEA", date(2022, 5, 23)),
    ("Oscar Pemberton", "EMEA", date(2023, 9, 11)),
    ("Haruto Nakamori", "APAC", date(2016, 7, 4)),
    ("Meera Raghunathan", "APAC", date(2018, 3, 5)),
    ("Wei Jun Tan", "APAC", date(2019, 10, 14)),
    ("Isla McAllister", "APAC", date(2021, 6, 7)),
    ("Arjun Deshpande", "APAC", date(2023, 1, 16)),
    ("Luciana Prado", "LATAM", date(2019, 5, 6)),
    ("Rafael Quintela", "LATAM", date(2022, 2, 14)),
)
