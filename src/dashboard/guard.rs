//! Who may ask what. Nothing here writes, so the danger is in who reads: another site in the user's own browser, or
//! somebody on the network.

use super::site::Site;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;
use std::sync::Arc;

/// Bytes of path and query.
const LONGEST_ADDRESS: usize = 16 * 1024;

/// A page may load its own files, and nothing in it runs or styles it but them.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// Around everything: an answer without these headers does not leave.
pub async fn guard(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let mut response = match refusal(&site, &request) {
        Some(refusal) => refusal,
        None => next.run(request).await,
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn refusal(site: &Site, request: &Request) -> Option<Response> {
    let headers = request.headers();
    let no = |status: StatusCode, why: &'static str| Some((status, why).into_response());
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let allow = [(header::ALLOW, "GET, HEAD")];
        return Some((StatusCode::METHOD_NOT_ALLOWED, allow, "this server only answers questions\n").into_response());
    }
    if headers.contains_key(header::TRANSFER_ENCODING) || headers.get(header::CONTENT_LENGTH).is_some_and(|n| n != "0")
    {
        return no(StatusCode::PAYLOAD_TOO_LARGE, "no request here has a body\n");
    }
    if request.uri().path_and_query().is_some_and(|address| address.as_str().len() > LONGEST_ADDRESS) {
        return no(StatusCode::URI_TOO_LONG, "the address is too long\n");
    }
    match &site.token {
        // Whoever lures a browser here under a name of his own does not get the token with it: browsers keep
        // credentials by host. So any host will do.
        Some(token) => {
            let offered = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
            if !offered.is_some_and(|offered| token.admits(offered)) {
                let ask = [(header::WWW_AUTHENTICATE, "Basic realm=\"cbt dashboard: the token is the password\"")];
                return Some((StatusCode::UNAUTHORIZED, ask, "the token is missing or wrong\n").into_response());
            }
        }
        // DNS rebinding: a foreign name that leads to this machine.
        None if !is_this_machine(request) => {
            return no(StatusCode::MISDIRECTED_REQUEST, "without a token this server answers to localhost only\n");
        }
        None => {}
    }
    if is_elsewhere(headers) && request.uri().query().is_some() {
        return no(StatusCode::FORBIDDEN, "another site asked\n");
    }
    None
}

fn is_this_machine(request: &Request) -> bool {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let authority = request.uri().authority().map(|authority| authority.as_str());
    host.is_some_and(is_loopback) && authority.is_none_or(is_loopback)
}

/// `localhost:8787`, `127.0.0.1`, `[::1]:8787`; a tunnel may have brought any port along.
fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((name, port)) if port.is_empty() || port.starts_with(':') => name,
            _ => return false,
        },
        None => host.split_once(':').map_or(host, |(name, _)| name),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A browser says that another site caused the request. A question to the store costs time, so those are not asked on
/// another's behalf; a link to a page is fine.
fn is_elsewhere(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_pass() {
        for host in ["localhost", "LOCALHOST:1", "127.0.0.1:8787", "127.9.9.9", "[::1]", "[::1]:8787"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example:8787",
            "127.0.0.1.evil.example",
            "0.0.0.0",
            "[::1",
            "::1x",
            "10.0.0.1",
            "[::1]evil",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
