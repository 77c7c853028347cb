"""The columns of a roster and the names that people give them."""

from __future__ import annotations

from scheduler.exchange.sheets.columns import Field

FIELDS = (
    Field(
        "employee_id",
        "Employee id",
        "What identifies the person; it never changes.",
        (
            "id", "employee number", "employee no", "emp_no", "empno", "emp id", "emplid",
            "employee", "staff id", "staff number", "staff no", "person id", "person number",
            "personnel number", "personnel no", "payroll number", "payroll id", "worker id",
            "user id", "associate id", "badge", "Personalnummer", "Personal-Nr", "Pers.-Nr.",
            "PersNr", "Mitarbeiternummer", "Mitarbeiter-Nr", "Mitarbeiter-ID", "Matrikelnummer",
            "matricule", "matricola", "número de empleado", "personeelsnummer",
            "anställningsnummer", "ansattnummer", "osobné číslo", "osobní číslo",
        ),
        needed=True,
    ),
    Field(
        "name",
        "Full name",
        "First and last name in one column; otherwise the two below.",
        (
            "full name", "employee name", "display name", "complete name", "legal name",
            "person name", "worker", "worker name", "staff name", "Vollständiger Name",
            "Mitarbeiter",
            "Mitarbeitername", "nom complet", "nombre completo", "nome completo",
            "volledige naam", "naam", "navn", "namn", "meno",
        ),
    ),
    Field(
        "first_name",
        "First name",
        "Given name.",
        (
            "given name", "forename", "first", "fname", "preferred name", "preferred first name",
            "givenName", "Vorname", "Rufname", "prénom", "nombre", "nome", "voornaam", "fornavn",
            "förnamn", "imię", "křestní jméno", "krstné meno",
        ),
    ),
    Field(
        "last_name",
        "Last name",
        "Family name.",
        (
            "surname", "family name", "last", "lname", "sn", "Nachname", "Familienname", "Zuname",
            "nom", "nom de famille", "apellido", "apellidos", "cognome", "achternaam",
            "etternavn", "efternamn", "nazwisko", "příjmení", "priezvisko",
        ),
    ),
    Field(
        "hire_date",
        "Hire date",
        "First day of employment.",
        (
            "hired", "date of hire", "hire", "hired on", "start date", "employment start",
            "employment start date", "entry date", "join date", "joining date", "date of joining",
            "joined", "date joined", "service date", "original hire date", "Eintrittsdatum",
            "Eintritt", "Einstellungsdatum", "Beginn", "date d'embauche", "date d'entrée",
            "fecha de contratación", "fecha de alta", "data di assunzione", "datum in dienst",
            "ansettelsesdato", "anställningsdatum", "dátum nástupu", "datum nástupu",
        ),
        needed=True,
    ),
    Field(
        "leave_date",
        "Leave date",
        "Last day of employment; empty for everybody who stays.",
        (
            "end date", "termination date", "term date", "exit date", "leaving date", "last day",
            "last working day", "employment end", "employment end date", "separation date",
            "date of leaving", "left", "to_date", "Austrittsdatum", "Austritt", "Enddatum",
            "date de sortie", "date de fin", "fecha de baja", "data di cessazione",
            "datum uit dienst", "sluttdato",
        ),
    ),
    Field(
        "email",
        "E-mail",
        "For calendar invitations and signing in.",
        (
            "e-mail address", "mail", "mail address", "work email", "business email",
            "company email", "user principal name", "E-Mail-Adresse", "courriel", "adresse mail",
            "correo", "correo electrónico", "posta elettronica", "e-post",
        ),
    ),
    Field(
        "department",
        "Department",
        "For fairness, limits and reports.",
        (
            "dept", "department name", "dept name", "org unit", "organisational unit",
            "organizational unit", "organisation", "organization", "division", "business unit",
            "cost center name", "function", "Abteilung", "Bereich", "Fachbereich",
            "Organisationseinheit", "département", "service", "departamento", "dipartimento",
            "reparto", "afdeling", "avdeling", "avdelning", "oddelenie", "oddělení", "dział",
        ),
    ),
    Field(
        "team",
        "Team",
        "Whose work must go on; where no team is named, a manager's direct reports are one.",
        (
            "team name", "group", "squad", "crew", "unit", "Gruppe", "équipe", "equipo",
            "squadra", "tím", "tým", "lag",
        ),
    ),
    Field(
        "title",
        "Job title",
        "Shown beside the name.",
        (
            "job", "position", "role", "job name", "position title", "business title",
            "Stelle", "Stellenbezeichnung", "Berufsbezeichnung", "Funktion", "Tätigkeit", "poste",
            "fonction", "puesto", "cargo", "ruolo", "mansione", "functie", "stilling",
        ),
    ),
    Field(
        "manager_id",
        "Manager",
        "Employee id (or e-mail, or full name) of the manager; empty at the top.",
        (
            "manager", "manager employee id", "manager number", "manager no", "reports to",
            "reports to id", "reporting to", "reporting manager", "reporting manager id",
            "supervisor", "supervisor id", "line manager", "line manager id", "direct manager",
            "boss", "manager email", "manager name", "Vorgesetzter", "Vorgesetzte",
            "Vorgesetzte/r", "Führungskraft", "Führungskraft-ID", "Vorgesetzten-Nr", "Leiter",
            "responsable", "supérieur", "jefe", "superior", "leidinggevende", "leder", "chef",
            "nadriadený", "nadřízený", "przełożony",
        ),
    ),
    Field(
        "stand_in",
        "Stand-in",
        "Employee id (or e-mail, or full name) of the deputy; both are never away together.",
        (
            "stand in", "stand-in id", "deputy", "deputy id", "substitute", "substitute id",
            "backup", "delegate", "Stellvertreter", "Stellvertretung", "Vertreter", "Vertretung",
            "suppléant", "sostituto", "suplente", "vervanger", "stedfortreder",
        ),
    ),
    Field(
        "city",
        "City",
        "Where the person works.",
        (
            "location", "office", "office location", "work location", "site", "town", "place",
            "workplace", "Ort", "Stadt", "Arbeitsort", "Dienstort", "Standort", "ville", "lieu",
            "ciudad", "città", "sede", "stad", "plaats", "by", "mesto", "město", "miasto",
        ),
    ),
    Field(
        "subdivision",
        "State or region",
        "For public holidays; name or ISO code.",
        (
            "state", "province", "region", "county", "canton", "federal state", "state code",
            "state/province", "Bundesland", "Land/Bundesland", "Kanton", "Provinz", "Région",
            "provincia", "estado", "regione", "provincie", "fylke", "län", "kraj",
        ),
    ),
    Field(
        "country",
        "Country",
        "For public holidays; ISO code or name in any language.",
        (
            "country code", "country name", "country iso", "work country", "nation", "Land",
            "Staat", "Ländercode", "pays", "país", "paese", "nazione", "krajina", "země",
        ),
    ),
    Field(
        "timezone",
        "Time zone",
        "Like Europe/Berlin; derived from country and city where there is none.",
        (
            "time zone", "tz", "tzid", "zone", "Zeitzone", "fuseau horaire", "zona horaria",
            "fuso orario", "tidssone",
        ),
    ),
    Field(
        "pattern",
        "Weekdays worked",
        "Like Mon-Wed, Mo Di Do, or 1110000; empty means Monday to Friday.",
        (
            "work pattern", "working pattern", "working days", "work days", "workdays",
            "weekdays", "days worked", "days of work", "work schedule", "schedule", "working time",
            "work week", "fte", "employment percentage", "Arbeitstage", "Wochentage",
            "Arbeitszeitmodell", "Beschäftigungsgrad", "jours travaillés", "días laborables",
            "giorni lavorativi", "werkdagen", "arbeidsdager",
        ),
    ),
    Field(
        "languages",
        "Languages",
        "ISO codes or names, like “de, en”.",
        (
            "language", "spoken languages", "Sprachen", "Sprache", "langues", "langue", "idiomas",
            "lingue", "talen", "språk",
        ),
    ),
    Field(
        "centre",
        "Service centre",
        "The only centre the person serves at; empty means any.",
        (
            "service center", "center", "customer service centre", "customer service center",
            "Servicezentrum", "Service-Center", "Kundenservice-Standort",
        ),
    ),
    Field(
        "last_served",
        "Last served on",
        "Last day of the latest service, from before Frontline.",
        (
            "last served on", "last served date", "last service", "last service date",
            "last service on", "date last served", "zuletzt im Service", "letzter Einsatz",
            "letzter Dienst",
        ),
    ),
    Field(
        "last_programme",
        "Programme last served in",
        "Key or name of the programme of that service.",
        ("last program", "last service programme", "last service program", "letztes Programm"),
    ),
    Field(
        "cleared_until",
        "Cleared until",
        "Last day on which the training in data protection is valid; empty where unknown.",
        (
            "clearance", "clearance until", "clearance valid until", "clearance expires",
            "training valid until", "training expires", "training expiry", "data protection",
            "data protection until", "data protection valid until", "data protection training",
            "data protection training until", "data protection training valid until",
            "privacy training until", "privacy training valid until", "gdpr training until",
            "gdpr training valid until", "gdpr valid until", "Datenschutz", "Datenschutz bis",
            "Datenschutz gültig bis", "Datenschutzschulung", "Datenschutzschulung bis",
            "Datenschutzschulung gültig bis", "Schulung gültig bis", "Unterweisung gültig bis",
            "formation valable jusqu'au", "formación válida hasta", "formazione valida fino al",
        ),
    ),
)  # fmt: skip

NAMES = ("name", "first_name", "last_name")
PLACE = ("country", "subdivision", "city", "timezone")
PEOPLE = ("manager_id", "stand_in")
"""Fields that name somebody else."""
DATES = ("hire_date", "leave_date", "last_served", "cleared_until")
