//! Methods of pandas objects, by what they tell about the object they are called on.

/// Give back the object with the same columns, and are known of pandas objects only.
const KEEPING: [&str; 11] = [
    "dropna",
    "fillna",
    "ffill",
    "bfill",
    "reset_index",
    "set_index",
    "sort_index",
    "head",
    "rename",
    "assign",
    "drop",
];

/// What it gives is, for the purpose of shapes, what it was called on.
pub fn keeps(call: &str) -> bool {
    KEEPING.contains(&call) || matches!(call, "copy" | "sort_values" | "astype")
}

/// Only a frame or a Series has it.
pub fn is_frame_call(call: &str) -> bool {
    KEEPING.contains(&call)
        || matches!(
            call,
            "iterrows"
                | "itertuples"
                | "resample"
                | "merge"
                | "join"
                | "groupby"
                | "apply"
                | "tail"
                | "to_numpy"
                | "interpolate"
        )
}
