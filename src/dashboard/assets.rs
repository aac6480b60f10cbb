use crate::report::chart;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Files of their own, since the policy allows nothing inside a page.
pub async fn asset(Path(name): Path<String>) -> Response {
    let (kind, text) = match name.as_str() {
        "dashboard.css" => ("text/css; charset=utf-8", include_str!("assets/dashboard.css")),
        "chart.css" => ("text/css; charset=utf-8", chart::STYLE),
        "dashboard.js" => ("text/javascript; charset=utf-8", include_str!("assets/dashboard.js")),
        "tables.js" => ("text/javascript; charset=utf-8", include_str!("assets/tables.js")),
        "icon.svg" => ("image/svg+xml", include_str!("assets/icon.svg")),
        _ => return (StatusCode::NOT_FOUND, "there is no such file\n").into_response(),
    };
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
