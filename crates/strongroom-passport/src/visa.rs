use strongroom_primitives::Timestamp;

use crate::conditions::Facts;
use crate::json::{Json, Object};
use crate::token::{Unverified, at, identity, media_type, times, token_id};
use crate::trust::Signer;
use crate::{
    Authority, Conditions, Identity, ImportPolicy, Refusal, Rule, Trust, UrlClaim, VisaType, VisaValue,
};

/// The type in the header of a visa, and the one of a passport (GA4GH AAI 1.2, Visa Document Token
/// Format and Passport Format).
pub(crate) const VISA: &str = "vnd.ga4gh.visa+jwt";
pub(crate) const VISA_CLAIM: &str = "ga4gh_visa_v1";
pub(crate) const PASSPORT_CLAIM: &str = "ga4gh_passport_v1";

/// A visa that was signed by a trusted issuer, says what a trusted source asserted, and counts.
///
/// Only verification makes one. What it says is about [`identity`](Self::identity), and about
/// nobody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedVisa {
    identity: Identity,
    value: VisaValue,
    text: String,
    source: UrlClaim,
    by: Option<Authority>,
    asserted: Timestamp,
    issued: Timestamp,
    expires: Timestamp,
    not_after: Timestamp,
    token_id: Option<String>,
    conditions: Option<Conditions>,
}

impl VerifiedVisa {
    /// Whose visa it is.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// What is asserted.
    #[must_use]
    pub fn value(&self) -> &VisaValue {
        &self.value
    }

    /// Who asserts it.
    #[must_use]
    pub fn source(&self) -> &UrlClaim {
        &self.source
    }

    /// By which authority; `None` if that is unknown, which never stands for one.
    #[must_use]
    pub fn by(&self) -> Option<Authority> {
        self.by
    }

    /// When the source asserted it.
    #[must_use]
    pub fn asserted(&self) -> Timestamp {
        self.asserted
    }

    /// When the visa was signed.
    #[must_use]
    pub fn issued(&self) -> Timestamp {
        self.issued
    }

    /// The visa's own end, `exp`.
    #[must_use]
    pub fn expires(&self) -> Timestamp {
        self.expires
    }

    /// The first instant at which it no longer counts: its own end, or an earlier one that follows
    /// from the age of the assertion or from the visas that its conditions need.
    #[must_use]
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// The visa's own name, `jti`, where it has one.
    #[must_use]
    pub fn token_id(&self) -> Option<&str> {
        self.token_id.as_deref()
    }

    pub(crate) fn conditions(&self) -> Option<&Conditions> {
        self.conditions.as_ref()
    }

    pub(crate) fn facts(&self) -> Facts<'_> {
        Facts {
            visa_type: self.value.visa_type().as_str(),
            value: &self.text,
            source: self.source.as_str(),
            by: self.by.map(Authority::as_str),
        }
    }

    pub(crate) fn ending_by(mut self, end: Timestamp) -> Self {
        self.not_after = self.not_after.min(end);
        self
    }
}

/// Verifies one visa by itself. Its conditions are read, and not yet compared with other visas.
pub(crate) fn read_visa(
    token: &str,
    trust: &Trust,
    policy: &ImportPolicy,
    now: Timestamp,
) -> Result<VerifiedVisa, Refusal> {
    let limits = policy.limits();
    let token = Unverified::read(token, limits.visa_bytes, limits.depth)?;
    let algorithm = token.check_header()?;
    let issuer = trust.issuer(token.claimed_issuer()?).ok_or(Refusal::at(Rule::UntrustedIssuer, "iss"))?;
    let header_type = media_type(token.header())?;
    let has_key_address = token.header().has("jku");
    let claims = token.verify(algorithm, issuer)?;

    let is_access_token = check_format(&claims, issuer, header_type.as_deref(), has_key_address)?;
    if claims.has(PASSPORT_CLAIM) {
        return Err(Refusal::at(Rule::Nested, PASSPORT_CLAIM));
    }
    if claims.has("aud") {
        return Err(Refusal::at(Rule::Audience, "aud"));
    }
    let times = times(&claims, policy, now)?;
    if is_access_token && times.issued.plus_minutes(60) <= now {
        return Err(Refusal::at(Rule::AccessTokenTooOld, "iat"));
    }
    let object = match claims.get(VISA_CLAIM) {
        None => return Err(Refusal::at(Rule::MissingClaim, VISA_CLAIM)),
        Some(Json::Object(object)) => object,
        Some(_) => return Err(Refusal::at(Rule::MalformedClaim, VISA_CLAIM)),
    };

    let visa_type = object.text("type")?;
    let visa_type = VisaType::ALL.into_iter().find(|known| known.as_str() == visa_type);
    let visa_type = visa_type.ok_or(Refusal::at(Rule::UnknownVisaType, "type"))?;
    let text = object.text("value")?;
    let value = VisaValue::parse(visa_type, text, limits.identities)
        .map_err(|_| Refusal::at(Rule::InvalidValue, "value"))?;
    let source =
        UrlClaim::new(object.text("source")?).map_err(|_| Refusal::at(Rule::InvalidUrl, "source"))?;
    let by = authority(object, visa_type)?;
    let conditions =
        object.get("conditions").map(|value| Conditions::parse(value, limits.clauses)).transpose()?;
    let asserted = object.seconds("asserted")?;
    if at(asserted.saturating_sub(policy.skew_seconds())) > now.min(times.issued) {
        return Err(Refusal::at(Rule::IssuedInFuture, "asserted"));
    }
    let asserted = at(asserted);
    let of_assertion = policy.assertion_days().map_or(Timestamp::LAST, |days| asserted.plus_days(days));
    let asked_until = now.plus_minutes(policy.remaining_minutes());
    for (end, rule, claim) in
        [(times.expires, Rule::Expired, "exp"), (of_assertion, Rule::AssertionTooOld, "asserted")]
    {
        if end <= asked_until {
            return Err(Refusal::at(rule, claim));
        }
    }
    if !issuer.may_sign(visa_type) {
        return Err(Refusal::at(Rule::UntrustedIssuer, "type"));
    }
    if !trust.trusts_source(&source, visa_type) {
        return Err(Refusal::at(Rule::UntrustedSource, "source"));
    }
    let not_after = if is_access_token {
        times.expires.min(of_assertion).min(times.issued.plus_minutes(60))
    } else {
        times.expires.min(of_assertion)
    };
    Ok(VerifiedVisa {
        identity: identity(&claims)?,
        value,
        text: text.to_owned(),
        source,
        by,
        asserted,
        issued: times.issued,
        expires: times.expires,
        not_after,
        token_id: token_id(&claims)?,
        conditions,
    })
}

/// Whether the visa is an access token rather than a document; an error if it is neither, both, or
/// of a kind that its issuer is not known to send.
fn check_format(
    claims: &Object,
    issuer: &Signer,
    header_type: Option<&str>,
    has_key_address: bool,
) -> Result<bool, Refusal> {
    let scope = claims.optional_text("scope")?.unwrap_or_default();
    let is_open_id = scope.split(' ').any(|name| name == "openid");
    let is_access_token = match (is_open_id, has_key_address) {
        (true, false) if issuer.allows_access_tokens() => true,
        (false, true) => false,
        _ => return Err(Refusal::at(Rule::VisaFormat, "jku")),
    };
    let fits = match header_type {
        Some(VISA) => !is_access_token,
        Some("at+jwt") => is_access_token,
        Some("jwt") => is_access_token || issuer.allows_generic_type(),
        None => !is_access_token && issuer.allows_generic_type(),
        Some(_) => false,
    };
    if fits { Ok(is_access_token) } else { Err(Refusal::at(Rule::TypeHeader, "typ")) }
}

fn authority(object: &Object, visa_type: VisaType) -> Result<Option<Authority>, Refusal> {
    match object.optional_text("by")? {
        None if visa_type.needs_authority() => Err(Refusal::at(Rule::MissingAuthority, "by")),
        None => Ok(None),
        Some(text) => {
            let known = Authority::ALL.into_iter().find(|known| known.as_str() == text);
            known.map(Some).ok_or(Refusal::at(Rule::UnknownAuthority, "by"))
        }
    }
}
