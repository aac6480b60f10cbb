//! Whether building or asking a class reaches out: to a broker, the network, a database, an account.

use crate::discovery::lineage::{Ancestor, Lineage, Method, full_name};
use crate::discovery::python::{Call, Expr, Stmt, StmtKind, each_expr, each_stmt};
use crate::discovery::reach;
use crate::discovery::repository::{FileId, Repository, Symbol};
use std::collections::BTreeSet;

/// Where a class reaches out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    pub what: String,
    /// In the class's own file where it can be seen there, else in `path`.
    pub line: u32,
    pub path: String,
}

/// Top-level modules that talk to something outside, sorted.
const MODULES: &[&str] = &[
    "MetaTrader5",
    "SmartApi",
    "aiohttp",
    "aiosqlite",
    "alpaca",
    "alpaca_trade_api",
    "alpha_vantage",
    "anthropic",
    "asyncpg",
    "binance",
    "boto3",
    "bybit",
    "cbpro",
    "ccxt",
    "ccxtpro",
    "coinbase",
    "coinbasepro",
    "confluent_kafka",
    "deribit",
    "dhanhq",
    "discord",
    "eth_account",
    "finnhub",
    "firebase_admin",
    "ftplib",
    "futu",
    "fyers_api",
    "fyers_apiv3",
    "grpc",
    "httpx",
    "huobi",
    "hyperliquid",
    "ib_async",
    "ib_insync",
    "ibapi",
    "influxdb",
    "influxdb_client",
    "jugaad_data",
    "kafka",
    "kalshi_python",
    "kiteconnect",
    "krakenex",
    "kucoin",
    "langchain",
    "longport",
    "metaapi_cloud_sdk",
    "motor",
    "mysql",
    "nsepy",
    "nsepython",
    "oandapyV20",
    "okx",
    "openai",
    "paho",
    "pandas_datareader",
    "pika",
    "playwright",
    "polygon",
    "praw",
    "psycopg",
    "psycopg2",
    "py_clob_client",
    "pybit",
    "pykrakenapi",
    "pymongo",
    "pymysql",
    "quandl",
    "redis",
    "requests",
    "robin_stocks",
    "schwab",
    "selenium",
    "smartapi",
    "smtplib",
    "socket",
    "solana",
    "solders",
    "sqlalchemy",
    "sqlite3",
    "supabase",
    "tastytrade",
    "tda",
    "telebot",
    "telegram",
    "telethon",
    "tvDatafeed",
    "tweepy",
    "twilio",
    "upstox_client",
    "urllib3",
    "v20",
    "web3",
    "websocket",
    "websockets",
    "yfinance",
    "zmq",
];

/// Attributes and arguments that hold a connection.
const HOLDERS: &[&str] = &[
    "account",
    "api",
    "api_client",
    "api_key",
    "api_secret",
    "broker",
    "broker_api",
    "client",
    "conn",
    "connection",
    "connector",
    "database",
    "db",
    "engine_client",
    "exchange",
    "exchange_api",
    "exchange_client",
    "exchange_manager",
    "http",
    "ib",
    "kite",
    "kite_client",
    "mt5",
    "mt5_client",
    "redis",
    "rest",
    "rest_client",
    "secret",
    "secret_key",
    "session",
    "socket",
    "trading_client",
    "wallet",
    "websocket",
    "ws",
    "ws_client",
];

pub fn is_service_argument(name: &str) -> bool {
    let name = name.trim_start_matches('_');
    HOLDERS.binary_search(&name).is_ok()
        || ["_client", "_api", "_broker", "_exchange", "_connection", "_connector", "_session"]
            .iter()
            .any(|end| name.ends_with(end))
}

fn is_service_module(full: &str) -> bool {
    let top = full.split('.').next().unwrap_or(full);
    MODULES.binary_search(&top).is_ok() || full.starts_with("urllib.request") || full.starts_with("http.client")
}

/// The first contact on the way of importing the class's file, building the class or calling `entries`.
pub fn contact(repository: &Repository, lineage: &Lineage<'_>, entries: &[&str]) -> Option<Contact> {
    let own = lineage.own();
    let mut search = Search { repository, seen: BTreeSet::new() };
    if let Some(contact) = search.on_import(own) {
        return Some(contact);
    }
    let mut names = vec!["__init__", "__post_init__"];
    names.extend(entries);
    let methods = reach::methods(lineage, &names);
    for method in &methods {
        if let Some(mut contact) = search.body(method.ancestor.id.file, &method.function.body, 0) {
            if method.ancestor.source.path != own.source.path {
                contact.what = format!("{} ({}:{})", contact.what, contact.path, contact.line);
                contact.line = own.source.line(own.class.name_span.start);
                contact.path.clone_from(&own.source.path);
            }
            return Some(contact);
        }
    }
    methods.iter().find_map(|method| held(*method))
}

/// `self.client.get_orders(…)` on something that was handed in.
fn held(method: Method<'_>) -> Option<Contact> {
    let mut found = None;
    each_expr(&method.function.body, &mut |expr| {
        if let Some(call) = expr.call()
            && let Some(dotted) = call.function.dotted()
            && let Some((holder, _)) = dotted.strip_prefix("self.").and_then(|rest| rest.split_once('.'))
            && is_service_argument(holder)
        {
            found.get_or_insert(Contact {
                what: format!("`{}` calls {dotted}()", method.function.name),
                line: method.ancestor.source.line(expr.span.start),
                path: method.ancestor.source.path.clone(),
            });
        }
    });
    found
}

struct Search<'a> {
    repository: &'a Repository,
    /// Functions and constructors already searched, by file and offset.
    seen: BTreeSet<(FileId, u32)>,
}

impl Search<'_> {
    /// Calls at module level run as soon as the file is imported.
    fn on_import(&mut self, own: Ancestor<'_>) -> Option<Contact> {
        let file = own.id.file;
        for stmt in own.source.body() {
            let plain = match &stmt.kind {
                StmtKind::Assign(target) => target.value.as_ref(),
                StmtKind::Expr(value) => Some(value),
                _ => None,
            };
            let Some(value) = plain else { continue };
            let mut found = None;
            walk(value, &mut |expr| {
                if let Some(call) = expr.call()
                    && let Some(what) = self.direct(file, call)
                {
                    found.get_or_insert((what, expr.span.start));
                }
            });
            if let Some((what, at)) = found {
                let what = format!("importing the file calls {what}");
                return Some(Contact { what, line: own.source.line(at), path: own.source.path.clone() });
            }
        }
        None
    }

    fn body(&mut self, file: FileId, body: &[Stmt], depth: usize) -> Option<Contact> {
        let source = &self.repository.files[file];
        let mut local = BTreeSet::new();
        each_stmt(body, &mut |stmt| {
            if let StmtKind::Import(imports) = &stmt.kind {
                local
                    .extend(imports.iter().filter(|import| is_service_module(&import.module)).map(|i| i.bound.clone()));
            }
        });
        let mut calls: Vec<&Expr> = Vec::new();
        each_expr(body, &mut |expr| {
            if expr.call().is_some() {
                calls.push(expr);
            }
        });
        for expr in calls {
            let Some(call) = expr.call() else { continue };
            let first = call.function.dotted();
            let is_local =
                first.as_deref().and_then(|name| name.split('.').next()).is_some_and(|name| local.contains(name));
            let found = if is_local { first } else { self.direct(file, call) };
            let found = found.map(|name| format!("calls {name}()")).or_else(|| self.secret(call));
            if let Some(what) = found {
                return Some(Contact { what, line: source.line(expr.span.start), path: source.path.clone() });
            }
            if depth < 3
                && let Some(inner) = self.follow(file, call, depth)
            {
                let name = call.function.dotted().unwrap_or_default();
                let what = format!("{name}() {} ({}:{})", inner.what, inner.path, inner.line);
                return Some(Contact { what, line: source.line(expr.span.start), path: source.path.clone() });
            }
        }
        None
    }

    /// The dotted name where a call goes straight into such a module.
    fn direct(&self, file: FileId, call: &Call) -> Option<String> {
        let written = call.function.dotted()?;
        let first = written.split('.').next()?;
        let imported = self.repository.files[file].outline.imports.iter().any(|(import, _)| import.bound == first);
        let full = full_name(self.repository, file, &written);
        let harmless = full.starts_with("sqlalchemy.Column") || full.starts_with("socket.gethostname");
        (imported && !harmless && is_service_module(&full)).then_some(written)
    }

    /// `os.environ["API_KEY"]`, `os.getenv("SECRET")`
    fn secret(&self, call: &Call) -> Option<String> {
        let name = call.function.dotted()?;
        let key = call.positional.first()?.string()?;
        let reads = matches!(name.as_str(), "os.getenv" | "os.environ.get" | "getenv" | "environ.get" | "config");
        let upper = key.to_ascii_uppercase();
        let secret = ["API_KEY", "SECRET", "TOKEN", "PASSWORD", "PRIVATE_KEY"].iter().any(|word| upper.contains(word));
        (reads && secret).then(|| format!("reads {key} from the environment"))
    }

    /// A function of the repository, or the constructor of one of its classes.
    fn follow(&mut self, file: FileId, call: &Call, depth: usize) -> Option<Contact> {
        let name = call.function.dotted()?;
        if name.starts_with("self.") || name.starts_with("cls.") {
            return None;
        }
        match self.repository.lookup(file, &name)? {
            Symbol::Name(target, name) => {
                let function = self.repository.function(target, &name)?;
                if !self.seen.insert((target, function.name_span.start)) {
                    return None;
                }
                self.body(target, &function.body, depth + 1)
            }
            Symbol::Class(id) => {
                if !self.seen.insert((id.file, self.repository.outline(id).at)) {
                    return None;
                }
                let lineage = Lineage::of(self.repository, id)?;
                let methods = reach::methods(&lineage, &["__init__", "__post_init__"]);
                methods.iter().find_map(|method| self.body(method.ancestor.id.file, &method.function.body, depth + 1))
            }
            Symbol::Module(_) => None,
        }
    }
}

fn walk<'a>(expr: &'a Expr, f: &mut dyn FnMut(&'a Expr)) {
    f(expr);
    super::super::python::each_child(expr, &mut |child| walk(child, f));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_so_that_search_finds_them() {
        assert!(MODULES.is_sorted());
        assert!(HOLDERS.is_sorted());
        assert!(is_service_module("ccxt.binance") && !is_service_module("pandas"));
        assert!(is_service_argument("broker") && is_service_argument("order_client") && !is_service_argument("period"));
    }
}
