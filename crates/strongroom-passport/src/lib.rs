//! GA4GH Passports and visas as evidence: what others say about a researcher, believed only if
//! everybody who had a hand in it is trusted, and what we say about ours.
//!
//! A *visa* is a signed statement about one account: this person is a bona fide researcher,
//! accepted these terms, belongs to this institution, was granted this data set. A *passport* is
//! a list of visas, signed by the broker who collected them (GA4GH Passport 1.2, GA4GH AAI 1.2).
//!
//! ```text
//!   passport (text) ─► verify_passport ─► VerifiedPassport ─► EvidenceRules ─► Evidence
//!                        ▲   ▲    ▲            │ refused()       ▲             for strongroom-access,
//!   Trust ───────────────┘   │    │            ▼                 │             until the first of:
//!   brokers · issuers · keys │    now     each other visa        person's      exp · assertion + n days
//!   sources, by visa type    │            with its Rule          account       · link · condition
//!                            ImportPolicy
//!
//!   Assertion ─► Issuer::visa ─► SignedToken ─► Issuer::passport ─► SignedToken
//! ```
//!
//! Everything is a pure function of the token, the trust, the policy and an instant. The order of
//! checks is fixed: size, form, header, signer, signature, and only then what is said. The
//! algorithm follows from the trusted key, never from the token; a key or an address of keys in a
//! token is compared with the configuration or refused, and never followed. A passport that breaks
//! a rule is refused as a whole; a visa in it that does is left out, with the [`Rule`] it breaks,
//! so that one expired visa does not spoil the others.
//!
//! Visas about several accounts are one person's only if a source that is trusted to say so links
//! them. A visa with conditions counts only beside other visas of the same person that meet them.
//! Each of these shortens the life of the evidence to the shortest of all that it rests on.
//!
//! ```
//! use strongroom_passport::{
//!     Assertion, Authority, EvidenceRule, EvidenceRules, Identity, ImportPolicy, Issuer, KeySet, REGISTERED_ACCESS,
//!     Rule, Signer, SigningKey, Trust, UrlClaim, VisaPattern, VisaType, verify_passport,
//! };
//! use strongroom_primitives::{Label, RequirementName, SequentialIds, Timestamp};
//!
//! let now = Timestamp::parse("2026-03-01T09:00:00Z")?;
//! let [broker, keys, university] = ["https://broker.org", "https://broker.org/jwks", "https://uni.edu"];
//! let bona_fide = UrlClaim::new(REGISTERED_ACCESS)?;
//!
//! // There: the broker of a federation signs a visa for ten minutes, and a passport around it.
//! let issuer = Issuer::new(UrlClaim::new(broker)?, UrlClaim::new(keys)?, "2026", SigningKey::from_bytes(&[7; 32])?);
//! let ada = Identity::new(broker, "ada")?;
//! let status = Assertion::researcher_status(bona_fide, UrlClaim::new(university)?, now).with_by(Authority::SigningOfficial);
//! let ids = SequentialIds::default();
//! let visa = issuer.visa(&ada, &status, 10, now, &ids)?;
//! let passport = issuer.passport(&ada, &[visa.expose()], &[], 10, now, &ids)?;
//!
//! // Here: whom we trust, each for what; the keys came from the address in our configuration.
//! let signer = Signer::new(UrlClaim::new(broker)?, KeySet::from_jwks(&issuer.jwks())?)
//!     .with_key_address(UrlClaim::new(keys)?);
//! let trust = Trust::new()
//!     .with_broker(signer.clone())
//!     .with_issuer(signer)
//!     .with_source(UrlClaim::new(university)?, [VisaType::ResearcherStatus]);
//! let policy = ImportPolicy::new();
//! let verified = verify_passport(passport.expose(), &trust, &policy, now)?;
//!
//! // The visa is evidence for a requirement of ours, and ends with the visa.
//! let pattern = VisaPattern::new(VisaType::ResearcherStatus, REGISTERED_ACCESS, UrlClaim::new(university)?)
//!     .with_by(Authority::SigningOfficial);
//! let requirement = RequirementName::new("bona-fide-researcher")?;
//! let rules = EvidenceRules::new(vec![EvidenceRule::new(requirement, pattern, 365, Label::new("GA4GH visa")?)]);
//! let evidence = rules.evidence(verified.visas(), &ada, now);
//! assert_eq!(evidence[0].valid_until(), Some(now.plus_minutes(10)));
//!
//! // Ten minutes later, or with one character exchanged, it is nothing.
//! let later = verify_passport(passport.expose(), &trust, &policy, now.plus_minutes(10));
//! assert_eq!(later.unwrap_err().rule(), Rule::Expired);
//! let forged = passport.expose().replacen("eyJ", "eyK", 1);
//! assert!(verify_passport(&forged, &trust, &policy, now).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! For fuzzing, [`verify_passport_bytes`] takes any bytes.
//!
//! Where the specification leaves room, the stricter reading is taken: an absent `by` meets no
//! condition and no rule that names an authority; empty `conditions` are malformed rather than
//! met; the type in a visa's header is required unless the issuer is known to leave it out.
//!
//! # What this crate does not do
//!
//! * It fetches nothing: neither keys, nor visas, nor whether an access token is still valid. A
//!   visa access token therefore counts for an hour at most.
//! * It signs nobody in. That the account whose visas are asked for is that of the person who is
//!   there is the embedder's to know, from the sign-in.
//! * It remembers nothing. A visa may be shown often, by its nature; whoever wants a passport used
//!   once keeps its [`token_id`](VerifiedPassport::token_id) until it expires.
//! * It admits nobody and sets no requirement aside: a visa becomes evidence, to be judged like
//!   any other by `strongroom-access`.
//! * It knows no custom visa types; they are ignored.
//! * It keeps no private keys. The one handed in stays in memory, and is not wiped there.

mod claims;
mod conditions;
mod evidence;
mod issue;
mod json;
mod keys;
mod links;
mod passport;
mod policy;
mod refusal;
mod token;
mod trust;
mod value;
mod visa;

pub use claims::{Authority, Identity, UrlClaim, VisaType};
pub use conditions::{Clause, ClauseClaim, Conditions, Match};
pub use evidence::{EvidenceRule, EvidenceRules, REGISTERED_ACCESS, VisaPattern};
pub use issue::{Assertion, IssueError, Issuer, SignedToken, SigningKey};
pub use keys::{Algorithm, KeySet, KeySetError};
pub use passport::{
    RefusedVisa, VerifiedPassport, VerifiedVisas, verify_passport, verify_passport_bytes, verify_visas,
};
pub use policy::{ImportLimits, ImportPolicy};
pub use refusal::{Refusal, Rule};
pub use trust::{Signer, Trust};
pub use value::{AffiliationAndRole, VisaValue};
pub use visa::VerifiedVisa;
