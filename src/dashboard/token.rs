use crate::stage::Failure;

/// Fewer characters can be guessed.
const SHORTEST: usize = 16;

/// A secret that a visitor has to know. Only its hash is kept; comparing hashes tells nothing by the time it takes.
#[derive(Clone)]
pub struct Token(blake3::Hash);

impl Token {
    /// From the environment, so that it stands neither in a file nor in the list of processes.
    ///
    /// # Errors
    /// The variable is not set, or what it holds is too short.
    pub fn from_environment(name: &str) -> Result<Self, Failure> {
        let token = std::env::var(name)
            .map_err(|_| Failure::usage(format!("the environment variable {name} is not set, or is no text")))?;
        if token.chars().count() < SHORTEST {
            return Err(Failure::usage(format!("the token in {name} is shorter than {SHORTEST} characters"))
                .hint(format!("{name}=$(head -c 24 /dev/urandom | base64) makes a good one")));
        }
        Ok(Self(blake3::hash(token.as_bytes())))
    }

    /// By the header `Authorization`: `Bearer TOKEN`, or `Basic` with the token as password and any name, which is what
    /// a browser asks for.
    pub fn admits(&self, authorization: &str) -> bool {
        let Some((scheme, credentials)) = authorization.split_once(' ') else { return false };
        let credentials = credentials.trim();
        if scheme.eq_ignore_ascii_case("bearer") {
            return self.is(credentials.as_bytes());
        }
        if !scheme.eq_ignore_ascii_case("basic") {
            return false;
        }
        let Some(pair) = decoded(credentials) else { return false };
        let password = pair.iter().position(|byte| *byte == b':').map(|colon| &pair[colon + 1..]);
        password.is_some_and(|password| self.is(password))
    }

    fn is(&self, offered: &[u8]) -> bool {
        self.0 == blake3::hash(offered)
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}

/// Base64 (RFC 4648, section 4). None where it is not.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let (mut bits, mut held, mut bytes) = (0_u32, 0_u32, Vec::new());
    for digit in text.trim_end_matches('=').bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_admitted_both_ways_and_nothing_else_is() {
        let token = Token(blake3::hash(b"a:token of sixteen"));
        assert!(token.admits("Bearer a:token of sixteen"));
        assert!(token.admits("bearer a:token of sixteen"));
        // me:a:token of sixteen
        assert!(token.admits("Basic bWU6YTp0b2tlbiBvZiBzaXh0ZWVu"));
        for wrong in ["", "Bearer", "Bearer ", "Bearer a:token", "Basic !!", "Basic bWU=", "Digest a:token of sixteen"]
        {
            assert!(!token.admits(wrong), "{wrong}");
        }
        assert_eq!(decoded("aGk=").unwrap(), b"hi");
        assert_eq!(decoded("").unwrap(), b"");
        assert_eq!(format!("{token:?}"), "Token");
    }
}
