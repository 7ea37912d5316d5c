//! Words that give away what a field asks: traits that the law protects, and what identifies a
//! person. English counts in every flow, as ids are often English; German, French and Spanish in
//! flows of that language. Whole words only, without accents.

use alloc::{string::String, vec::Vec};

/// A trait that must not decide what a lead is worth.
pub(super) struct Trait {
    pub name: &'static str,
    /// Among the special categories of GDPR Art. 9(1).
    pub special: bool,
    /// By language, those of [`LANGUAGES`] in order: words or phrases, separated by commas.
    words: [&'static str; 4],
    /// Words beside which it means something else: the age of a company.
    unless: &'static str,
}

const LANGUAGES: [&str; 4] = ["en", "de", "fr", "es"];

const TRAITS: &[Trait] = &[
    Trait {
        name: "age",
        special: false,
        words: [
            "age,date of birth,birth date,birthdate,birthday,year of birth,dob",
            "alter,geburtsdatum,geburtsjahr,geburtstag",
            "age,date de naissance,annee de naissance",
            "edad,fecha de nacimiento",
        ],
        unless: "company,business,firm,organisation,organization,building,house,fleet,vehicle,vehicles,equipment,\
                 machine,machines,system,software,website,site,account,contract,roof,heating,unternehmens,firma,\
                 gebaudes,hauses,anlage,maschinen,heizung,entreprise,societe,batiment,empresa,edificio",
    },
    Trait {
        name: "sex or gender",
        special: false,
        words: ["gender,sex", "geschlecht", "sexe,votre genre", "sexo,genero"],
        unless: "",
    },
    Trait {
        name: "race or ethnic origin",
        special: true,
        words: [
            "race,racial,ethnic,ethnicity,skin colour,skin color",
            "ethnie,ethnische herkunft,hautfarbe",
            "ethnie,origine ethnique,origine raciale",
            "etnia,raza,origen etnico",
        ],
        unless: "track,car,cars,horse,event,events,day,perro,perros,gato",
    },
    Trait {
        name: "religion",
        special: true,
        words: ["religion,religious", "religion,konfession", "religion", "religion"],
        unless: "",
    },
    Trait {
        name: "health",
        special: true,
        words: [
            "health,illness,disease,medical condition,medical conditions",
            "gesundheitszustand,krankheit,krankheiten,erkrankung",
            "etat de sante,maladie,maladies",
            "estado de salud,enfermedad,enfermedades",
        ],
        unless: "check,score,care,sector,industry,insurance,product,products,service,services,safety,account,\
                 customer,public,software,company,provider",
    },
    Trait {
        name: "disability",
        special: true,
        words: ["disability,disabilities", "behinderung,schwerbehinderung", "handicap", "discapacidad"],
        unless: "",
    },
    Trait {
        name: "pregnancy",
        special: true,
        words: ["pregnant,pregnancy", "schwanger,schwangerschaft", "enceinte,grossesse", "embarazada,embarazo"],
        unless: "",
    },
    Trait {
        name: "sexual orientation",
        special: true,
        words: ["sexual orientation,sexuality", "sexuelle orientierung", "orientation sexuelle", "orientacion sexual"],
        unless: "",
    },
    Trait {
        name: "political opinion",
        special: true,
        words: [
            "political,politics,party affiliation",
            "politische meinung,politische einstellung,parteizugehorigkeit",
            "opinion politique,opinions politiques",
            "opinion politica,opiniones politicas",
        ],
        unless: "region,map",
    },
    Trait {
        name: "trade union membership",
        special: true,
        words: [
            "trade union,labor union,labour union,union member,union membership",
            "gewerkschaft,gewerkschaftsmitglied",
            "syndicat,appartenance syndicale",
            "sindicato,afiliacion sindical",
        ],
        unless: "",
    },
    Trait {
        name: "nationality",
        special: false,
        words: [
            "nationality,citizenship",
            "nationalitat,staatsangehorigkeit,staatsburgerschaft",
            "nationalite",
            "nacionalidad",
        ],
        unless: "",
    },
    Trait {
        name: "marital status",
        special: false,
        words: [
            "marital status,marital,married",
            "familienstand,verheiratet",
            "etat civil,situation familiale,situation matrimoniale",
            "estado civil",
        ],
        unless: "",
    },
];

/// Words that identify a person wherever they stand.
const IDENTIFYING: [&str; 4] = [
    "first name,last name,full name,your name,given name,family name,surname,street address,postal address,\
     home address,date of birth,birthdate,birthday,passport number,social security",
    "vorname,nachname,ihr name,dein name,anschrift,wohnadresse,geburtsdatum",
    "prenom,votre nom,nom de famille,adresse postale,date de naissance",
    "apellido,apellidos,su nombre,tu nombre,fecha de nacimiento",
];
/// Words that do when nothing stands beside them: a name, and not a company name.
const IDENTIFYING_ALONE: [&str; 4] = [
    "name,address,street,email,e mail,phone,mobile,telephone",
    "name,adresse,telefon,mobil",
    "nom,adresse,telephone",
    "nombre,direccion,telefono",
];
/// What a person is called.
const NAMES: [&str; 4] = [
    "first name,last name,full name,your name,given name,family name,surname",
    "vorname,nachname,ihr name,dein name",
    "prenom,votre nom,nom de famille",
    "apellido,apellidos,su nombre,tu nombre",
];

impl Trait {
    /// Which law protects it.
    pub fn law(&self) -> &'static str {
        match self.special {
            true => "see GDPR Art. 9 and the law against discrimination (EU Charter Art. 21, Equality Act 2010 s. 4)",
            false => "see the law against discrimination (EU Charter Art. 21, Equality Act 2010 s. 4)",
        }
    }
}

/// The words of a text or of an id, in lower case and without accents.
pub(super) struct Words(Vec<String>);

impl Words {
    pub fn of(text: &str) -> Words {
        let mut words = Vec::new();
        let mut word = String::new();
        let mut small = false;
        for c in text.chars() {
            // `ageGroup` is two words.
            if !c.is_alphanumeric() || (small && c.is_uppercase()) {
                words.push(core::mem::take(&mut word));
            }
            small = c.is_lowercase();
            if c.is_alphanumeric() {
                word.extend(c.to_lowercase().map(plain));
            }
        }
        words.push(word);
        words.retain(|word| !word.is_empty());
        Words(words)
    }

    /// Whether one of the phrases stands here, word by word.
    fn hold(&self, phrases: &str) -> bool {
        phrases.split(',').filter(|phrase| !phrase.is_empty()).any(|phrase| {
            let wanted: Vec<&str> = phrase.split_whitespace().collect();
            self.0.windows(wanted.len()).any(|some| some.iter().eq(wanted.iter()))
        })
    }

    /// Whether one of the phrases is all that stands here.
    fn are(&self, phrases: &str) -> bool {
        phrases.split(',').any(|phrase| phrase.split_whitespace().eq(self.0.iter().map(String::as_str)))
    }
}

/// The letter without its accent, for the four languages.
fn plain(c: char) -> char {
    match c {
        'á' | 'à' | 'â' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        other => other,
    }
}

/// The lists that count for a flow in this language (BCP 47): English, and its own.
fn spoken(locale: &str) -> impl Iterator<Item = usize> {
    let language = locale.split(['-', '_']).next().unwrap_or("").to_ascii_lowercase();
    let own = LANGUAGES.iter().position(|l| *l == language).filter(|place| *place > 0);
    core::iter::once(0).chain(own)
}

/// The protected trait that these words are about.
pub(super) fn protected(words: &Words, locale: &str) -> Option<&'static Trait> {
    TRAITS.iter().find(|t| spoken(locale).any(|l| words.hold(t.words[l])) && !words.hold(t.unless))
}

/// Whether a field of this name identifies a person.
pub(super) fn identifies(text: &str, locale: &str) -> bool {
    let words = Words::of(text);
    spoken(locale).any(|l| words.hold(IDENTIFYING[l]) || words.are(IDENTIFYING_ALONE[l]))
}

/// Whether a field of this name is what a person is called.
pub(super) fn is_name(text: &str, locale: &str) -> bool {
    let words = Words::of(text);
    spoken(locale).any(|l| words.hold(NAMES[l]) || words.are(["name", "name", "nom", "nombre"][l]))
}

/// Whether an HTML `autocomplete` names something that identifies a person
/// (<https://html.spec.whatwg.org/#autofill-field>).
pub(super) fn is_personal_token(autocomplete: &str) -> bool {
    let token = autocomplete.split_whitespace().last().unwrap_or("");
    let names = ["name", "given-name", "additional-name", "family-name", "nickname", "username"];
    let rest = ["email", "street-address", "address-line1", "address-line2", "sex", "impp", "photo"];
    names.contains(&token) || rest.contains(&token) || token.starts_with("tel") || token.starts_with("bday")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(text: &str, locale: &str) -> Option<&'static str> {
        protected(&Words::of(text), locale).map(|found| found.name)
    }

    #[test]
    fn whole_words_in_the_languages_of_the_flow() {
        for (text, locale, expected) in [
            ("age", "en", Some("age")),
            ("ageGroup", "en", Some("age")),
            ("date_of_birth", "de-AT", Some("age")),
            ("Votre âge", "fr", Some("age")),
            ("Edad", "es-MX", Some("age")),
            ("Alter", "de", Some("age")),
            ("Geschlecht", "de", Some("sex or gender")),
            ("Staatsangehörigkeit", "de", Some("nationality")),
            ("État civil", "fr", Some("marital status")),
            ("Union membership", "en", Some("trade union membership")),
            ("What would you alter?", "en", None),
            ("page", "en", None),
            ("Average order", "en", None),
            ("Company age", "en", None),
            ("Alter des Unternehmens", "de", None),
            ("European Union", "en", None),
            ("Health care", "en", None),
            ("Healthcare", "en", None),
            ("Genre", "fr", None),
            ("manager", "en", None),
        ] {
            assert_eq!(about(text, locale), expected, "{text} ({locale})");
        }
    }

    #[test]
    fn what_identifies_a_person() {
        for (text, locale, expected) in [
            ("name", "en", true),
            ("first_name", "en", true),
            ("Company name", "en", false),
            ("Vorname", "de", true),
            ("Votre nom", "fr", true),
            ("Nom", "en", false),
            ("Web address", "en", false),
            ("Phone system", "en", false),
        ] {
            assert_eq!(identifies(text, locale), expected, "{text} ({locale})");
        }
        assert!(is_personal_token("work email") && is_personal_token("tel-national"));
        assert!(!is_personal_token("organization") && !is_personal_token("country"));
    }
}
