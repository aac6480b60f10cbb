//! What a table is: a grain in one sentence, a key, a schema version, columns that say what they hold,
//! and a check. The `table!` macro takes all of that from one declaration of the row's struct, so that
//! the struct, the file's schema, its metadata and the results store's comments cannot drift apart.

use super::cell::{Kind, Scalar};

/// One column as the file and the results store know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    pub nullable: bool,
    /// What it holds, with its unit.
    pub doc: &'static str,
}

/// What is wrong in one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowFault {
    Cell { column: &'static str, why: String },
    Row(String),
}

/// A row type with its table.
pub trait Table: Sized {
    /// File stem in the data directory, or folder in the lake.
    const NAME: &'static str;
    /// The command that writes it.
    const STAGE: &'static str;
    /// What one row is.
    const GRAIN: &'static str;
    const VERSION: u32;
    /// Columns that earlier versions did not have, each with the version it came with. They may be null, and are where
    /// the file is older; a table that lists none reads its own version only.
    const ADDED: &'static [(&'static str, u32)] = &[];

    fn key() -> Vec<&'static str>;
    fn columns() -> Vec<Column>;

    /// Hands the cells to `each` in column order.
    ///
    /// # Errors
    /// A cell that cannot be stored without loss.
    fn cells<'a>(&'a self, each: &mut dyn FnMut(Scalar<'a>)) -> Result<(), RowFault>;

    /// Takes the cells in column order.
    ///
    /// # Errors
    /// A cell that is none of its column's values.
    fn from_cells<'a>(next: &mut dyn FnMut() -> Scalar<'a>) -> Result<Self, RowFault>;

    /// What one row alone can tell: ranges, counts, columns that exclude each other.
    ///
    /// # Errors
    /// What does not fit.
    fn check(&self) -> Result<(), String>;
}

/// A table of one iteration whose rows are kept in the lake, one file per run.
pub trait History: Table {
    /// Folder under the data directory, and table in the results store.
    const FOLDER: &'static str;
}

macro_rules! table {
    (
        $(#[doc = $grain:literal])+
        $visible:vis struct $row:ident {
            $( $(#[doc = $doc:literal])+ $column:ident : $type:ty, )+
        }
        name: $name:literal,
        stage: $stage:literal,
        version: $version:literal,
        key: [$($key:literal),+],
        $(added: [$(($column_added:literal, $since:literal)),+],)?
        check: $check:path,
    ) => {
        $(#[doc = $grain])+
        #[derive(Debug, Clone, PartialEq)]
        $visible struct $row {
            $( $(#[doc = $doc])+ pub $column: $type, )+
        }

        impl $crate::artifact::table::Table for $row {
            const NAME: &'static str = $name;
            const STAGE: &'static str = $stage;
            const GRAIN: &'static str = concat!($($grain),+);
            const VERSION: u32 = $version;
            $(const ADDED: &'static [(&'static str, u32)] = &[$(($column_added, $since)),+];)?

            fn key() -> Vec<&'static str> {
                vec![$($key),+]
            }

            fn columns() -> Vec<$crate::artifact::table::Column> {
                use $crate::artifact::cell::Cell;
                vec![$( $crate::artifact::table::Column {
                    name: $crate::artifact::table::column_name(stringify!($column)),
                    kind: <$type as Cell>::KIND,
                    nullable: <$type as Cell>::NULLABLE,
                    doc: concat!($($doc),+).trim_ascii(),
                }, )+]
            }

            fn cells<'a>(
                &'a self,
                each: &mut dyn FnMut($crate::artifact::cell::Scalar<'a>),
            ) -> Result<(), $crate::artifact::table::RowFault> {
                use $crate::artifact::cell::Cell;
                $(
                    let scalar = self.$column.scalar();
                    each(scalar.map_err(|why| $crate::artifact::table::cell_fault(stringify!($column), why))?);
                )+
                Ok(())
            }

            fn from_cells<'a>(
                next: &mut dyn FnMut() -> $crate::artifact::cell::Scalar<'a>,
            ) -> Result<Self, $crate::artifact::table::RowFault> {
                use $crate::artifact::cell::Cell;
                Ok(Self {
                    $( $column: <$type as Cell>::from_scalar(next())
                        .map_err(|why| $crate::artifact::table::cell_fault(stringify!($column), why))?, )+
                })
            }

            fn check(&self) -> Result<(), String> {
                $check(self)
            }
        }
    };
}
pub(crate) use table;

/// A raw identifier's column is called by the plain word.
pub(crate) fn column_name(identifier: &'static str) -> &'static str {
    identifier.strip_prefix("r#").unwrap_or(identifier)
}

pub(crate) fn cell_fault(identifier: &'static str, why: String) -> RowFault {
    RowFault::Cell { column: column_name(identifier), why }
}
