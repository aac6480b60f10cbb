use super::Payload;
use crate::config::Address;
use std::collections::BTreeMap;
use std::time::Duration;
use ureq::Error;
use ureq::http::HeaderValue;

/// An address as messages name it: never more than its host, for the rest is often a secret.
pub fn shown(address: &Address) -> String {
    match address {
        Address::Env(name) => format!("${name}"),
        Address::Url(url) => {
            let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            format!("{scheme}://{}", host.rsplit('@').next().unwrap_or(host))
        }
    }
}

/// Posts the payload. A redirect is not followed: it would take secrets to another host.
///
/// # Errors
/// A variable that is not set or holds no header, an address that cannot be reached in time, an answer beyond 299. No
/// message holds the value of a variable.
pub fn post(
    address: &Address,
    headers_env: &BTreeMap<String, String>,
    payload: &Payload,
    limit: Duration,
) -> Result<(), String> {
    let url = match address {
        Address::Url(url) => url.clone(),
        Address::Env(name) => variable(name)?,
    };
    let body = serde_json::to_vec(payload).map_err(|error| error.to_string())?;
    let agent = ureq::Agent::config_builder()
        .timeout_global(Some(limit))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(concat!("cbt/", env!("CARGO_PKG_VERSION")))
        .build()
        .new_agent();
    let mut request = agent.post(&url).header("Content-Type", "application/json");
    for (header, name) in headers_env {
        let mut value =
            HeaderValue::from_str(&variable(name)?).map_err(|_| format!("${name} is no value of a header"))?;
        value.set_sensitive(true);
        request = request.header(header.as_str(), value);
    }
    let answer = request.send(&body[..]).map_err(|error| told(&error, address))?;
    let status = answer.status();
    if status.is_success() { Ok(()) } else { Err(format!("it answered {status}")) }
}

fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("the environment variable {name} is not set"))
}

fn told(error: &Error, address: &Address) -> String {
    match error {
        Error::StatusCode(status) => format!("it answered {status}"),
        Error::Timeout(_) => "it did not answer in time".to_owned(),
        Error::HostNotFound => "its host is not known".to_owned(),
        // These quote the address.
        Error::BadUri(_) | Error::Http(_) => format!("{} is no address that can be posted to", shown(address)),
        Error::Io(error) => error.to_string(),
        other => other.to_string(),
    }
}
