use super::{Global, error};
use crate::dashboard::{self, DashboardOptions, Token};
use crate::stage::Failure;
use serde_json::json;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Show results and the running iteration on a local web page, until SIGTERM or SIGINT
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The page reads and never writes. Beyond this machine it is served only to who knows a token, and without encryption:
put a proxy with TLS before it, or leave it on loopback and use `ssh -L 8787:127.0.0.1:8787 HOST`.

Examples:
  cbt dashboard
  CBT_TOKEN=... cbt dashboard --address 0.0.0.0 --token-env CBT_TOKEN")]
pub struct Args {
    /// Where to listen; anything but loopback needs a token
    #[arg(long, value_name = "IP", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    address: IpAddr,
    /// 0 takes a port that is free
    #[arg(long, value_name = "PORT", default_value_t = 8787)]
    port: u16,
    /// The environment variable that holds the token visitors need: `Authorization: Bearer TOKEN`, or the password a
    /// browser asks for
    #[arg(long, value_name = "NAME")]
    token_env: Option<String>,
}

impl Args {
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let token = self.token_env.as_deref().map(Token::from_environment).transpose()?;
        let context = global.context(None)?;
        let options = DashboardOptions { address: self.address, port: self.port, token };
        dashboard::serve(&context, &options, |address| announce(global, address))
    }
}

fn announce(global: &Global, address: SocketAddr) {
    let url = format!("http://{address}/");
    if global.json {
        error::emit(&json!({ "url": url, "address": address.ip().to_string(), "port": address.port() }));
    } else {
        println!("{url}");
    }
}
