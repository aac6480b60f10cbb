//! How the configuration spells what a method is called with.

use super::section::Section;
use crate::strategy::{Argument, BarShape, WindowShape};

const FIELDS: [&str; 6] = ["open", "high", "low", "close", "volume", "timestamp"];

/// Every argument there is, under the words the configuration has for it.
fn words() -> Vec<(String, Argument)> {
    let fixed = [
        ("bar", Argument::Bar(BarShape::Attributes)),
        ("bar.dict", Argument::Bar(BarShape::Dict)),
        ("bar.pandas_row", Argument::Bar(BarShape::PandasRow)),
        ("bar.tuple", Argument::Bar(BarShape::Tuple)),
        ("window.frame", Argument::Window(WindowShape::Frame)),
        ("window.series_of_closes", Argument::Window(WindowShape::SeriesOfCloses)),
        ("window.array_of_closes", Argument::Window(WindowShape::ArrayOfCloses)),
        ("window.list_of_closes", Argument::Window(WindowShape::ListOfCloses)),
        ("window.list_of_bars", Argument::Window(WindowShape::ListOfAttributes)),
        ("window.list_of_dicts", Argument::Window(WindowShape::ListOfDicts)),
        ("window.dict_of_lists", Argument::Window(WindowShape::DictOfLists)),
        ("index", Argument::Index),
        ("feature_row", Argument::FeatureRow),
        ("previous_feature_row", Argument::PreviousFeatureRow),
        ("feature_frame", Argument::FeatureFrame),
        ("position", Argument::Position),
        ("entry_price", Argument::EntryPrice),
        ("symbol", Argument::Symbol),
    ];
    let mut words: Vec<_> = fixed.map(|(word, argument)| (word.to_owned(), argument)).into();
    for field in FIELDS {
        words.push((field.to_owned(), Argument::Field(field.to_owned())));
        words.push((format!("column.{field}"), Argument::ColumnWindow(field.to_owned())));
    }
    words
}

/// None when the key is not there.
pub(super) fn list(section: &mut Section<'_>, key: &'static str) -> Option<Vec<Argument>> {
    let words = words();
    let by_index: Vec<_> = words.iter().enumerate().map(|(index, (word, _))| (word.as_str(), index)).collect();
    section.words(key, &by_index).map(|chosen| chosen.into_iter().map(|index| words[index].1.clone()).collect())
}
