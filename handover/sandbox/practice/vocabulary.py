"""Invented people and places. Nobody here exists; the domains can never belong to anyone."""

FIRST_NAMES = (
    "Amelia", "Oliver", "Charlotte", "Noah", "Isla", "Jack", "Mia", "William", "Ava", "Leo",
    "Grace", "Henry", "Zoë", "Siobhán", "José", "Łukasz", "Nguyệt", "Björn", "Anaïs", "Søren",
    "Aroha", "Tāne", "Priya", "Arjun", "Fatima", "Omar", "Yuki", "Haruto", "Mei-Ling", "Wei",
    "Chloé", "Renée", "Thomas", "Lucy", "Ruby", "Ethan", "Sophie", "Daniel", "Hannah", "Marcus",
    "Ingrid", "Mateo", "Elena", "Nikos", "Despina", "Giulia", "Marco", "Aoife", "Callum", "Freya",
)  # fmt: skip
LAST_NAMES = (
    "Smith", "Jones", "Williams", "Brown", "Wilson", "Taylor", "O'Brien", "O'Neill",
    "D\u2019Angelo",
    "Nguyễn", "Trần", "Singh", "Patel", "Chen", "Wang", "Kim", "Müller", "Papadopoulos", "Rossi",
    "Kowalski", "van der Berg", "de la Cruz", "MacDonald", "McKenzie", "Fitzgerald-Hughes",
    "Ngata", "Te Rangi", "Haddad", "Al-Sayed", "Ødegård", "Novák", "Šimić", "Ivanova", "Bianchi",
    "Walker", "Harris", "Martin", "Thompson", "White", "Clarke", "Lewis", "Robinson", "Young",
)  # fmt: skip
STREETS = (
    "Swan Street", "Bridge Road", "Church Street", "Lygon Street", "Ann Street", "Boundary Street",
    "Victoria Parade", "Glenferrie Road", "St Kilda Road", "Merivale Street", "Kelvin Grove Road",
)  # fmt: skip
SUBURBS = (
    (("Melbourne", "VIC", "3000"), ("Carlton", "VIC", "3053"), ("Southbank", "VIC", "3006")),
    (("Richmond", "VIC", "3121"), ("Hawthorn", "VIC", "3122"), ("Collingwood", "VIC", "3066")),
    (("Brisbane City", "QLD", "4000"), ("West End", "QLD", "4101"), ("Milton", "QLD", "4064")),
)
OCCUPATIONS = (
    "Teacher", "Nurse", "Electrician", "Retired", "Software developer", "Chef", "Student",
)  # fmt: skip
COMPLAINTS = (
    "Sore left knee", "Lower back pain", "Shoulder impingement", "Ankle sprain", "Neck pain",
    "Tennis elbow", "Post-op ACL rehabilitation", "Plantar fasciitis", "Headaches",
)  # fmt: skip
ALERTS = (
    "Allergic to latex", "Pacemaker", "Warfarin", "Falls risk", "Needle phobia", "Epilepsy",
    "Pregnant - check before manual therapy", "Hearing impaired: speak to the left side",
)  # fmt: skip
CLINIC_NOTES = (
    "Prefers mornings", "Ring the bell, door is locked", "Bring referral", "Parking at rear",
)  # fmt: skip
