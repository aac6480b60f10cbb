use super::{Section, value};
use crate::report::Report;
use minijinja::context;
use minijinja::value::Value;

pub(in crate::report) const SECTION: Section =
    Section { id: "reading", title: "How to read this", template: include_str!("reading.html"), view };

fn view(report: &Report) -> Option<Value> {
    let header = &report.header;
    Some(context! {
        commission => header.commission_rate,
        slippage => header.slippage_rate,
        levels => value(&report.type_levels),
    })
}
