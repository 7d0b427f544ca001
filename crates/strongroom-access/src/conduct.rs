use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use strongroom_primitives::{BoundedText, InvalidValue, Label, NonEmpty, Sha256Digest, Timestamp};

use crate::RequirementGap;

/// The initials with which somebody signs: 1 to 6 characters.
pub type Initials = BoundedText<1, 6>;

/// One version of a Data User Code of Conduct: its name, the fingerprint of its exact text, and
/// from when it is to be signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConductVersion {
    version: Label,
    text: Sha256Digest,
    published: Timestamp,
    grace_days: u32,
}

/// A code of conduct through its versions, oldest first. The newest one published is to be signed;
/// a signature of the one before counts on for the newer one's days of grace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "NonEmpty<ConductVersion>", into = "NonEmpty<ConductVersion>")]
pub struct CodeOfConduct {
    versions: NonEmpty<ConductVersion>,
}

/// A signature under a code of conduct. It is bound to the text by its fingerprint and carries the
/// signer's printed name (21 CFR 11.50 and 11.70); the instant is that of the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConductSignature {
    version: Label,
    text: Sha256Digest,
    initials: Initials,
    printed_name: Label,
}

impl ConductVersion {
    /// The version of this name with exactly this text.
    ///
    /// Signatures of the version before count until `grace_days` days of 24 hours after
    /// `published`.
    #[must_use]
    pub fn of_text(version: Label, text: &str, published: Timestamp, grace_days: u32) -> Self {
        Self { version, text: fingerprint(text), published, grace_days }
    }

    /// The same where the text is known by its fingerprint only, as a policy writes it.
    #[must_use]
    pub fn of_fingerprint(version: Label, text: Sha256Digest, published: Timestamp, grace_days: u32) -> Self {
        Self { version, text, published, grace_days }
    }

    /// The version's name.
    #[must_use]
    pub fn version(&self) -> &Label {
        &self.version
    }

    /// The fingerprint of the text.
    #[must_use]
    pub fn text(&self) -> Sha256Digest {
        self.text
    }

    /// From when it is to be signed.
    #[must_use]
    pub fn published(&self) -> Timestamp {
        self.published
    }

    /// The first instant at which signatures of earlier versions no longer count.
    #[must_use]
    pub fn grace_ends(&self) -> Timestamp {
        self.published.plus_days(self.grace_days)
    }

    /// A signature under this version.
    #[must_use]
    pub fn sign(&self, initials: Initials, printed_name: Label) -> ConductSignature {
        ConductSignature { version: self.version.clone(), text: self.text, initials, printed_name }
    }
}

impl CodeOfConduct {
    /// A code that has had one version so far.
    #[must_use]
    pub fn new(version: ConductVersion) -> Self {
        Self { versions: NonEmpty::new(version) }
    }

    /// The same code with a newer version.
    ///
    /// # Errors
    /// If a version of that name exists, or it would not be published after all others.
    pub fn with_version(mut self, version: ConductVersion) -> Result<Self, InvalidValue> {
        let invalid = |rule| Err(InvalidValue::new("code of conduct", rule));
        if self.versions.iter().any(|earlier| earlier.version == version.version) {
            return invalid("two versions have the same name; give each its own");
        }
        if self.versions.iter().any(|earlier| earlier.published >= version.published) {
            return invalid("a version is published before an earlier one; list them oldest first");
        }
        self.versions.push(version);
        Ok(self)
    }

    /// All versions, oldest first.
    #[must_use]
    pub fn versions(&self) -> &NonEmpty<ConductVersion> {
        &self.versions
    }

    /// The version to be signed at this instant; `None` before the first was published.
    #[must_use]
    pub fn current(&self, now: Timestamp) -> Option<&ConductVersion> {
        self.versions.iter().filter(|version| version.published <= now).last()
    }

    /// Until when a signature of that instant counts, as far as versions go.
    ///
    /// Only the version that was current when it was signed can be signed.
    pub(crate) fn judge(
        &self,
        signature: &ConductSignature,
        signed: Timestamp,
    ) -> Result<Timestamp, RequirementGap> {
        let current = self.current(signed).ok_or(RequirementGap::WrongVersion)?;
        if current.version != signature.version {
            return Err(RequirementGap::WrongVersion);
        }
        if current.text != signature.text {
            return Err(RequirementGap::TextDiffers);
        }
        let newer = self.versions.iter().filter(|version| version.published > current.published);
        Ok(newer.map(ConductVersion::grace_ends).min().unwrap_or(Timestamp::LAST))
    }
}

impl ConductSignature {
    /// The version that was signed.
    #[must_use]
    pub fn version(&self) -> &Label {
        &self.version
    }

    /// The fingerprint of the text that was signed.
    #[must_use]
    pub fn text(&self) -> Sha256Digest {
        self.text
    }

    /// The initials it was signed with.
    #[must_use]
    pub fn initials(&self) -> &Initials {
        &self.initials
    }

    /// The name of the signer at the time.
    #[must_use]
    pub fn printed_name(&self) -> &Label {
        &self.printed_name
    }

    /// What the signature means, for whoever reads it later (21 CFR 11.50).
    #[must_use]
    pub fn meaning(&self) -> String {
        format!("agrees to version {} of the Data User Code of Conduct", self.version)
    }

    /// Whether exactly this text was signed.
    #[must_use]
    pub fn is_of_text(&self, text: &str) -> bool {
        self.text == fingerprint(text)
    }
}

fn fingerprint(text: &str) -> Sha256Digest {
    Sha256Digest::from_bytes(Sha256::digest(text).into())
}

impl TryFrom<NonEmpty<ConductVersion>> for CodeOfConduct {
    type Error = InvalidValue;

    fn try_from(versions: NonEmpty<ConductVersion>) -> Result<Self, InvalidValue> {
        let mut later = versions.iter().skip(1);
        later
            .try_fold(Self::new(versions.first().clone()), |code, version| code.with_version(version.clone()))
    }
}

impl From<CodeOfConduct> for NonEmpty<ConductVersion> {
    fn from(code: CodeOfConduct) -> Self {
        code.versions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "I do not try to find out who anybody is.";

    fn day(day: u32) -> Timestamp {
        Timestamp::parse("2026-01-01T00:00:00Z").unwrap().plus_days(day)
    }

    fn version(name: &str, published: u32) -> ConductVersion {
        ConductVersion::of_text(Label::new(name).unwrap(), &format!("{name}: {TEXT}"), day(published), 60)
    }

    fn code() -> CodeOfConduct {
        CodeOfConduct::new(version("6", 0)).with_version(version("7", 100)).unwrap()
    }

    fn sign(version: &ConductVersion) -> ConductSignature {
        version.sign(Initials::new("AL").unwrap(), Label::new("Ada Lovelace").unwrap())
    }

    #[test]
    fn the_current_version_is_signed_and_the_one_before_counts_through_the_grace() {
        use RequirementGap::{TextDiffers, WrongVersion};

        let other_text = ConductVersion::of_text(Label::new("7").unwrap(), "Anything goes.", day(100), 60);
        for (signature, signed, expected) in [
            (sign(&version("6", 0)), 0, Ok(day(160))),
            (sign(&version("6", 0)), 99, Ok(day(160))),
            (sign(&version("6", 0)), 100, Err(WrongVersion)),
            (sign(&version("7", 100)), 99, Err(WrongVersion)),
            (sign(&version("7", 100)), 100, Ok(Timestamp::LAST)),
            (sign(&version("5", 0)), 0, Err(WrongVersion)),
            (sign(&other_text), 101, Err(TextDiffers)),
        ] {
            assert_eq!(code().judge(&signature, day(signed)), expected, "{signature:?} on day {signed}");
        }
    }

    #[test]
    fn one_changed_byte_is_another_text() {
        let signature = sign(&ConductVersion::of_text(Label::new("7").unwrap(), TEXT, day(0), 0));
        assert!(signature.is_of_text(TEXT));
        assert_eq!(signature.meaning(), "agrees to version 7 of the Data User Code of Conduct");
        for position in 0..TEXT.len() {
            let mut bytes = TEXT.as_bytes().to_vec();
            bytes[position] ^= 1;
            assert!(!signature.is_of_text(&String::from_utf8(bytes).unwrap()), "byte {position}");
        }
        assert!(!signature.is_of_text(&format!("{TEXT} ")));
    }

    #[test]
    fn versions_are_in_order_and_have_names_of_their_own() {
        assert!(code().with_version(version("8", 100)).is_err());
        assert!(code().with_version(version("6", 200)).is_err());
        let json = serde_json::to_string(&code()).unwrap();
        assert_eq!(serde_json::from_str::<CodeOfConduct>(&json).unwrap(), code());
        let backwards = json.replace(&day(100).to_string(), &day(0).to_string());
        assert!(backwards != json && serde_json::from_str::<CodeOfConduct>(&backwards).is_err());
    }
}
