use strongroom_primitives::Timestamp;

use crate::json::{Json, Object};
use crate::links::Links;
use crate::token::{Unverified, audience, identity, media_type, times, token_id};
use crate::visa::{PASSPORT_CLAIM, VISA_CLAIM, read_visa};
use crate::{Identity, ImportPolicy, Refusal, Rule, Trust, VerifiedVisa};

pub(crate) const PASSPORT: &str = "vnd.ga4gh.passport+jwt";

/// A passport that a trusted broker signed, and those of its visas that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedPassport {
    identity: Identity,
    expires: Timestamp,
    token_id: Option<String>,
    visas: VerifiedVisas,
}

/// The visas that count, and why the others do not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VerifiedVisas {
    accepted: Vec<VerifiedVisa>,
    refused: Vec<RefusedVisa>,
    links: Links,
}

/// A visa that does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusedVisa {
    position: usize,
    refusal: Refusal,
}

impl RefusedVisa {
    /// Its place among the visas of the passport, from 0.
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    /// Why it does not count.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        self.refusal
    }
}

impl VerifiedPassport {
    /// Whose passport it is, for the broker. A visa may be about another account of the same
    /// person: see [`VerifiedVisas::of`].
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The first instant at which the passport may no longer be presented. The visas in it have
    /// ends of their own.
    #[must_use]
    pub fn expires(&self) -> Timestamp {
        self.expires
    }

    /// The passport's own name, `jti`, where it has one.
    #[must_use]
    pub fn token_id(&self) -> Option<&str> {
        self.token_id.as_deref()
    }

    /// Its visas.
    #[must_use]
    pub fn visas(&self) -> &VerifiedVisas {
        &self.visas
    }
}

impl VerifiedVisas {
    /// The visas that count, whoever they are about, in the order of the passport.
    pub fn accepted(&self) -> impl Iterator<Item = &VerifiedVisa> {
        self.accepted.iter()
    }

    /// The visas that do not count. Those with a wrong signature or key deserve a look.
    pub fn refused(&self) -> impl Iterator<Item = &RefusedVisa> {
        self.refused.iter()
    }

    /// The visas about the person who has this account, each with the instant from which on it no
    /// longer counts for them: its own end, or that of the link between the accounts.
    ///
    /// Accounts are one person's only if a trusted source of linked identities says so (GA4GH
    /// Passport 1.2, General Requirements 8.4); that they lie in one passport says nothing.
    pub fn of(&self, account: &Identity) -> impl Iterator<Item = (&VerifiedVisa, Timestamp)> {
        let accounts = self.links.accounts(account);
        self.accepted.iter().filter_map(move |visa| {
            let linked_until = accounts.get(visa.identity())?;
            Some((visa, visa.not_after().min(*linked_until)))
        })
    }
}

/// Verifies a passport and the visas in it, at this instant.
///
/// # Errors
/// If the passport itself breaks a rule. A visa in it that does is left out, and listed with its
/// refusal: one that is merely not needed or has expired must not spoil the others.
pub fn verify_passport(
    token: &str,
    trust: &Trust,
    policy: &ImportPolicy,
    now: Timestamp,
) -> Result<VerifiedPassport, Refusal> {
    let limits = policy.limits();
    let token = Unverified::read(token, limits.passport_bytes, limits.depth)?;
    let algorithm = token.check_header()?;
    let broker = trust.broker(token.claimed_issuer()?).ok_or(Refusal::at(Rule::UntrustedBroker, "iss"))?;
    if media_type(token.header())?.as_deref() != Some(PASSPORT) {
        return Err(Refusal::at(Rule::TypeHeader, "typ"));
    }
    let claims = token.verify(algorithm, broker)?;

    if claims.has(VISA_CLAIM) {
        return Err(Refusal::at(Rule::Nested, VISA_CLAIM));
    }
    if let Some(audience) = audience(&claims)?
        && !policy.audience().is_some_and(|own| audience.contains(&own.as_str()))
    {
        return Err(Refusal::at(Rule::Audience, "aud"));
    }
    let times = times(&claims, policy, now)?;
    let visas = visa_tokens(&claims)?;
    Ok(VerifiedPassport {
        identity: identity(&claims)?,
        expires: times.expires,
        token_id: token_id(&claims)?,
        visas: verify_visas(&visas, trust, policy, now)?,
    })
}

/// Verifies a passport whose bytes come from anywhere, as [`verify_passport`] does.
///
/// # Errors
/// If the bytes are no passport, or the passport itself breaks a rule.
pub fn verify_passport_bytes(
    token: &[u8],
    trust: &Trust,
    policy: &ImportPolicy,
    now: Timestamp,
) -> Result<VerifiedPassport, Refusal> {
    if token.len() > policy.limits().passport_bytes {
        return Err(Refusal::of(Rule::TooLarge));
    }
    let token = std::str::from_utf8(token).map_err(|_| Refusal::of(Rule::NotCompact))?;
    verify_passport(token, trust, policy, now)
}

/// Verifies visas that were fetched from a trusted broker without a passport around them, such as
/// the claim `ga4gh_passport_v1` of its user information.
///
/// # Errors
/// If there are more visas than the policy allows. What breaks another rule is left out.
pub fn verify_visas(
    tokens: &[&str],
    trust: &Trust,
    policy: &ImportPolicy,
    now: Timestamp,
) -> Result<VerifiedVisas, Refusal> {
    if tokens.len() > policy.limits().visas {
        return Err(Refusal::at(Rule::TooManyVisas, PASSPORT_CLAIM));
    }
    let mut refused = Vec::new();
    let mut read = Vec::new();
    for (position, token) in tokens.iter().enumerate() {
        match read_visa(token, trust, policy, now) {
            Ok(visa) => read.push((position, visa)),
            Err(refusal) => refused.push(RefusedVisa { position, refusal }),
        }
    }
    let links = Links::of(read.iter().map(|(_, visa)| visa));
    let asked_until = now.plus_minutes(policy.remaining_minutes());
    let ends: Vec<_> = read.iter().map(|(_, visa)| conditions_hold_until(visa, &read, &links)).collect();
    let mut accepted = Vec::new();
    for ((position, visa), end) in read.into_iter().zip(ends) {
        match end {
            Some(end) if end > asked_until => accepted.push(visa.ending_by(end)),
            _ => refused
                .push(RefusedVisa { position, refusal: Refusal::at(Rule::ConditionsNotMet, "conditions") }),
        }
    }
    refused.sort_by_key(|visa| visa.position);
    Ok(VerifiedVisas { accepted, refused, links })
}

/// Until when the visa's conditions are met; `None` if they are not, always if there are none.
///
/// Each clause is met by one unconditional visa about the same person, the longest-lived of them;
/// an alternative holds until the first of its clauses ends, and the best alternative counts.
fn conditions_hold_until(
    visa: &VerifiedVisa,
    all: &[(usize, VerifiedVisa)],
    links: &Links,
) -> Option<Timestamp> {
    let Some(conditions) = visa.conditions() else { return Some(Timestamp::LAST) };
    let accounts = links.accounts(visa.identity());
    let others = || {
        let unconditional = all.iter().map(|(_, other)| other).filter(|other| other.conditions().is_none());
        unconditional
            .filter_map(|other| Some((other, other.not_after().min(*accounts.get(other.identity())?))))
    };
    conditions
        .alternatives()
        .filter_map(|clauses| {
            clauses
                .iter()
                .map(|clause| {
                    others()
                        .filter(|(other, _)| clause.is_met_by(other.facts()))
                        .map(|(_, until)| until)
                        .max()
                })
                .min()
                .flatten()
        })
        .max()
}

fn visa_tokens(claims: &Object) -> Result<Vec<&str>, Refusal> {
    let malformed = Refusal::at(Rule::MalformedClaim, PASSPORT_CLAIM);
    match claims.get(PASSPORT_CLAIM) {
        None => Err(Refusal::at(Rule::MissingClaim, PASSPORT_CLAIM)),
        Some(Json::List(list)) => list
            .iter()
            .map(|one| match one {
                Json::Text(token) => Ok(token.as_str()),
                _ => Err(malformed),
            })
            .collect(),
        Some(_) => Err(malformed),
    }
}
