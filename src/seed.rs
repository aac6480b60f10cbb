//! Seeds by name. A child seed depends on its parent and on the name it was asked for, never on the
//! order of asking or on the thread that asks: `run.child("scenario").child("bull").child("train/3")`.

use rand::SeedableRng;
pub use rand_chacha::ChaCha8Rng;

/// A 64-bit seed that can name children.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Seed(u64);

impl Seed {
    pub const fn new(value: u64) -> Self {
        Self(value)
    }

    pub const fn value(self) -> u64 {
        self.0
    }

    /// The seed called `name` under this one.
    #[must_use]
    pub fn child(self, name: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.0.to_le_bytes());
        hasher.update(&(name.len() as u64).to_le_bytes());
        hasher.update(name.as_bytes());
        let mut word = [0; 8];
        hasher.finalize_xof().fill(&mut word);
        Self(u64::from_le_bytes(word))
    }

    /// Whether it belongs to the given share of all seeds, in [0, 1].
    pub fn is_among(self, share: f64) -> bool {
        share >= 1.0 || (self.0 as f64) < share * 2_f64.powi(64)
    }

    /// A generator whose stream is fixed by this seed on every platform.
    pub fn rng(self) -> ChaCha8Rng {
        ChaCha8Rng::seed_from_u64(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_differ_by_name_and_by_nesting() {
        let run = Seed::new(7);
        assert_ne!(run.child("bull"), run.child("bear"));
        assert_ne!(run.child("a").child("b"), run.child("ab"));
        assert_eq!(run.child("bull").child("3"), run.child("bull").child("3"));
    }

    #[test]
    fn a_share_of_seeds_is_as_large_as_it_says() {
        let seeds: Vec<Seed> = (0..10_000).map(|number: i32| Seed::new(7).child(&number.to_string())).collect();
        let among = |share| seeds.iter().filter(|seed| seed.is_among(share)).count();
        assert_eq!((among(0.0), among(1.0)), (0, 10_000));
        assert!((2_300..2_700).contains(&among(0.25)), "{}", among(0.25));
        assert!(seeds.iter().all(|seed| !seed.is_among(0.25) || seed.is_among(0.5)));
        assert!(Seed::new(u64::MAX).is_among(1.0) && !Seed::new(0).is_among(0.0));
    }
}
