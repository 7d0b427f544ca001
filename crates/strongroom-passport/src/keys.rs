use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};

use crate::json::{Json, Object};

/// The signing algorithms of GA4GH (AAI 1.2, Signing Algorithms); there are no others here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the specification allows these two")]
pub enum Algorithm {
    /// ECDSA on the curve P-256 with SHA-256 (RFC 7518, section 3.4).
    Es256,
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518, section 3.3).
    Rs256,
}

impl Algorithm {
    /// As written in a header.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Es256, Self::Rs256].into_iter().find(|algorithm| algorithm.as_str() == text)
    }
}

/// The public keys of one issuer or broker, by key id.
///
/// Each key is good for one algorithm, which follows from the key and never from a token.
#[derive(Clone, PartialEq, Eq)]
pub struct KeySet {
    keys: Vec<(String, PublicKey)>,
}

#[derive(Clone, PartialEq, Eq)]
enum PublicKey {
    /// The point, uncompressed: 65 bytes.
    Es256(Vec<u8>),
    Rs256 {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
}

/// Why a key set cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeySetError {
    /// It is not JSON, too large, or has two members of one name.
    #[error(
        "the key set is not a JSON object of at most 256 KiB with members of distinct names; fetch it again"
    )]
    NotJson,
    /// There is no list of keys.
    #[error("the key set has no list `keys` (RFC 7517 section 5.1); check its address")]
    NoList,
    /// A private or secret key is in it.
    #[error("key {index} of the set is private or secret; have its owner revoke it, and hand in public keys")]
    PrivateKey {
        /// Its place, from 0.
        index: usize,
    },
    /// A key for ES256 or RS256 is not well formed, too short, or contradicts itself.
    #[error(
        "key {index} of the set is not a sound P-256 or RSA key of at least 2048 bits; have its owner replace it"
    )]
    InvalidKey {
        /// Its place, from 0.
        index: usize,
    },
    /// Two keys have the same id.
    #[error("key {index} of the set has the id of an earlier one; have its owner correct it")]
    DuplicateKeyId {
        /// Its place, from 0.
        index: usize,
    },
    /// Nothing in it can verify a visa.
    #[error("the key set holds no signing key with a key id for ES256 or RS256; check its address")]
    NoUsableKey,
}

impl KeySet {
    const MAX_BYTES: usize = 256 * 1024;
    /// Whatever RFC 7518 section 6 calls private, of any type of key.
    const PRIVATE: [&'static str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    /// Reads a JSON Web Key Set (RFC 7517, section 5). Keys for another use, of another type or
    /// curve, or without a key id are passed over, as section 5 asks.
    ///
    /// # Errors
    /// If it is not a key set, holds a private, broken or doubly named key, or no usable one.
    pub fn from_jwks(text: &str) -> Result<Self, KeySetError> {
        if text.len() > Self::MAX_BYTES {
            return Err(KeySetError::NotJson);
        }
        let set = Object::read(text.as_bytes(), 6).map_err(|_| KeySetError::NotJson)?;
        let Some(Json::List(list)) = set.get("keys") else { return Err(KeySetError::NoList) };
        let mut keys: Vec<(String, PublicKey)> = Vec::new();
        for (index, key) in list.iter().enumerate() {
            let Json::Object(key) = key else { return Err(KeySetError::InvalidKey { index }) };
            if Self::PRIVATE.iter().any(|member| key.has(member)) {
                return Err(KeySetError::PrivateKey { index });
            }
            let read = read_key(key).map_err(|_| KeySetError::InvalidKey { index })?;
            let Some((id, public)) = read else { continue };
            if keys.iter().any(|(known, _)| *known == id) {
                return Err(KeySetError::DuplicateKeyId { index });
            }
            keys.push((id, public));
        }
        if keys.is_empty() { Err(KeySetError::NoUsableKey) } else { Ok(Self { keys }) }
    }

    /// The key ids and the algorithm that each key is good for.
    pub fn key_ids(&self) -> impl Iterator<Item = (&str, Algorithm)> {
        self.keys.iter().map(|(id, key)| (id.as_str(), key.algorithm()))
    }

    /// What the key of this id is good for.
    pub(crate) fn algorithm(&self, key_id: &str) -> Option<Algorithm> {
        self.key_ids().find(|(id, _)| *id == key_id).map(|(_, algorithm)| algorithm)
    }

    /// Whether the key of this id made the signature over the message.
    pub(crate) fn verifies(&self, key_id: &str, message: &[u8], signature: &[u8]) -> bool {
        let key = self.keys.iter().find(|(id, _)| id == key_id);
        key.is_some_and(|(_, key)| key.verifies(message, signature))
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.key_ids()).finish()
    }
}

impl PublicKey {
    fn algorithm(&self) -> Algorithm {
        match self {
            Self::Es256(_) => Algorithm::Es256,
            Self::Rs256 { .. } => Algorithm::Rs256,
        }
    }

    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Es256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature).is_ok()
            }
            Self::Rs256 { modulus, exponent } => RsaPublicKeyComponents { n: modulus, e: exponent }
                .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
                .is_ok(),
        }
    }
}

/// A key that should be usable and is not.
struct Broken;

/// The key and its id; `None` if it is not for this purpose.
fn read_key(key: &Object) -> Result<Option<(String, PublicKey)>, Broken> {
    let text = |name| key.optional_text(name).map_err(|_| Broken);
    let Some(key_id) = text("kid")? else { return Ok(None) };
    if text("use")?.is_some_and(|purpose| purpose != "sig") {
        return Ok(None);
    }
    let public = match text("kty")?.ok_or(Broken)? {
        "EC" if text("crv")? == Some("P-256") => {
            PublicKey::Es256(point(text("x")?.ok_or(Broken)?, text("y")?.ok_or(Broken)?)?)
        }
        "RSA" => rsa(text("n")?.ok_or(Broken)?, text("e")?.ok_or(Broken)?)?,
        _ => return Ok(None),
    };
    match text("alg")? {
        Some(name) if name != public.algorithm().as_str() => Ok(None),
        _ => Ok(Some((key_id.to_owned(), public))),
    }
}

fn point(x: &str, y: &str) -> Result<Vec<u8>, Broken> {
    let mut bytes = vec![4];
    for coordinate in [x, y] {
        let coordinate = URL_SAFE_NO_PAD.decode(coordinate).map_err(|_| Broken)?;
        if coordinate.len() != 32 {
            return Err(Broken);
        }
        bytes.extend(coordinate);
    }
    // On the curve, and not the point at infinity.
    p256::ecdsa::VerifyingKey::from_sec1_bytes(&bytes).map(|_| bytes).map_err(|_| Broken)
}

fn rsa(modulus: &str, exponent: &str) -> Result<PublicKey, Broken> {
    let modulus = URL_SAFE_NO_PAD.decode(modulus).map_err(|_| Broken)?;
    let exponent = URL_SAFE_NO_PAD.decode(exponent).map_err(|_| Broken)?;
    // At least 2048 bits (RFC 7518, section 3.3), at most 8192, without leading zeros; an odd
    // exponent above 2^16 (FIPS 186-5, appendix A.1.1).
    let long_enough = match modulus.as_slice() {
        [first, ..] => {
            (256..=1024).contains(&modulus.len()) && (*first >= 0x80 || modulus.len() > 256 && *first > 0)
        }
        [] => false,
    };
    let odd = |bytes: &[u8]| bytes.last().is_some_and(|last| last & 1 == 1);
    let exponent_is_sound =
        (3..=4).contains(&exponent.len()) && exponent.first().is_some_and(|first| *first > 0);
    if long_enough && exponent_is_sound && odd(&modulus) && odd(&exponent) {
        Ok(PublicKey::Rs256 { modulus, exponent })
    } else {
        Err(Broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 7515, appendices A.2.1 and A.3.1.
    const EC: &str = r#""kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0""#;
    const RSA: &str = r#""kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ""#;

    fn set(keys: &[&str]) -> String {
        let keys: Vec<_> = keys.iter().map(|members| format!("{{{members}}}")).collect();
        format!(r#"{{"keys":[{}]}}"#, keys.join(","))
    }

    fn ids(text: &str) -> Result<Vec<(String, Algorithm)>, KeySetError> {
        KeySet::from_jwks(text).map(|keys| keys.key_ids().map(|(id, alg)| (id.to_owned(), alg)).collect())
    }

    #[test]
    fn a_key_set_gives_keys_by_id_each_for_one_algorithm() {
        let one = |id: &str, algorithm| Ok(vec![(id.to_owned(), algorithm)]);
        let (ec, rsa) = (format!(r#"{EC},"kid":"e""#), format!(r#"{RSA},"kid":"r""#));
        let with = |key: &str, more: &str| set(&[&format!("{key},{more}")]);
        let n = RSA.split('"').find(|part| part.starts_with("ofgW")).unwrap();
        let of_modulus = |modulus: &str| set(&[&rsa.replace(n, modulus)]);
        for (text, expected) in [
            (of_modulus(&format!("{}AQAB", &n[..336])), Err(KeySetError::InvalidKey { index: 0 })),
            (of_modulus(&format!("{}AQAB", &n[..168])), Err(KeySetError::InvalidKey { index: 0 })),
            (of_modulus(&format!("{}AQAB", "ofgW".repeat(400))), Err(KeySetError::InvalidKey { index: 0 })),
            (of_modulus(&format!("{}AQAB", "ofgW".repeat(300))), one("r", Algorithm::Rs256)),
            (set(&[&ec]), one("e", Algorithm::Es256)),
            (set(&[&rsa]), one("r", Algorithm::Rs256)),
            (with(&ec, r#""use":"sig","alg":"ES256","key_ops":["verify"]"#), one("e", Algorithm::Es256)),
            // Not for this purpose: passed over.
            (set(&[EC, &rsa]), one("r", Algorithm::Rs256)),
            (set(&[r#""kty":"OKP","crv":"Ed25519","x":"AA","kid":"o""#, &rsa]), one("r", Algorithm::Rs256)),
            (with(&ec, r#""use":"enc""#), Err(KeySetError::NoUsableKey)),
            (with(&rsa, r#""alg":"RS512""#), Err(KeySetError::NoUsableKey)),
            (with(&rsa, r#""alg":"HS256""#), Err(KeySetError::NoUsableKey)),
            (set(&[]), Err(KeySetError::NoUsableKey)),
            // Wrong, and said so.
            (set(&[&ec, &rsa.replace(r#""r""#, r#""e""#)]), Err(KeySetError::DuplicateKeyId { index: 1 })),
            (set(&[&rsa, r#""kty":"oct","k":"AAAA","kid":"s""#]), Err(KeySetError::PrivateKey { index: 1 })),
            (with(&ec, r#""d":"AAAA""#), Err(KeySetError::PrivateKey { index: 0 })),
            (set(&[&ec.replace("f83O", "f83P")]), Err(KeySetError::InvalidKey { index: 0 })),
            (set(&[&ec.replace("f83O", "")]), Err(KeySetError::InvalidKey { index: 0 })),
            (set(&[&rsa.replace("ofgW", "ofgW=")]), Err(KeySetError::InvalidKey { index: 0 })),
            (set(&[&rsa.replace("ofgW", "")]), Err(KeySetError::InvalidKey { index: 0 })),
            (set(&[&rsa.replace("AQAB", "Aw")]), Err(KeySetError::InvalidKey { index: 0 })),
            (set(&[&rsa.replace("XpoQ", "XpoA")]), Err(KeySetError::InvalidKey { index: 0 })),
            (with(&rsa, r#""kid":"again""#), Err(KeySetError::NotJson)),
            (r#"{"keys":{}}"#.to_owned(), Err(KeySetError::NoList)),
            ("[]".to_owned(), Err(KeySetError::NotJson)),
            (" ".repeat(300_000), Err(KeySetError::NotJson)),
        ] {
            assert_eq!(ids(&text), expected, "{text}");
        }
    }

    /// Header and payload of RFC 7515, appendices A.2 and A.3.
    #[test]
    fn the_signatures_of_the_standard_verify_with_their_own_key_only() {
        const PAYLOAD: &str =
            "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        const ES256: &str =
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        const RS256: &str = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
        let keys = KeySet::from_jwks(&set(&[&format!(r#"{EC},"kid":"e""#), &format!(r#"{RSA},"kid":"r""#)]))
            .unwrap();
        for (algorithm, header, signature, key, expected) in [
            ("ES256", "eyJhbGciOiJFUzI1NiJ9", ES256, "e", true),
            ("RS256", "eyJhbGciOiJSUzI1NiJ9", RS256, "r", true),
            ("ES256, another header", "eyJhbGciOiJSUzI1NiJ9", ES256, "e", false),
            ("ES256, the RSA key", "eyJhbGciOiJFUzI1NiJ9", ES256, "r", false),
            ("RS256, the EC key", "eyJhbGciOiJSUzI1NiJ9", RS256, "e", false),
            ("no such key", "eyJhbGciOiJSUzI1NiJ9", RS256, "x", false),
        ] {
            let message = format!("{header}.{PAYLOAD}");
            let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
            assert_eq!(keys.verifies(key, message.as_bytes(), &signature), expected, "{algorithm}");
        }
    }
}
