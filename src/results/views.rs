//! The views of the store. Each is one file: its SQL, and a comment with its grain and an example query.

/// One view.
#[derive(Debug, Clone, Copy)]
pub struct View {
    pub name: &'static str,
    pub(crate) sql: &'static str,
}

impl View {
    /// The comment's example query.
    pub fn example(&self) -> Option<String> {
        let (_, example) = self.sql.rsplit_once("Example: ")?;
        Some(example.trim_end().strip_suffix("';")?.replace("''", "'"))
    }
}

pub const VIEWS: [View; 12] = [
    View { name: "totals", sql: include_str!("views/totals.sql") },
    View { name: "average_metrics", sql: include_str!("views/average_metrics.sql") },
    View { name: "leaderboard", sql: include_str!("views/leaderboard.sql") },
    View { name: "scenario_summary", sql: include_str!("views/scenario_summary.sql") },
    View { name: "walk_forward_summary", sql: include_str!("views/walk_forward_summary.sql") },
    View { name: "parameter_drift", sql: include_str!("views/parameter_drift.sql") },
    View { name: "risk_fans", sql: include_str!("views/risk_fans.sql") },
    View { name: "confidence_intervals", sql: include_str!("views/confidence_intervals.sql") },
    View { name: "optimization_impact", sql: include_str!("views/optimization_impact.sql") },
    View { name: "recent_activity", sql: include_str!("views/recent_activity.sql") },
    View { name: "gate_conditions", sql: include_str!("views/gate_conditions.sql") },
    View { name: "realism_certificate", sql: include_str!("views/realism_certificate.sql") },
];
