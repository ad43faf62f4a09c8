//! A random forest of two classes (Breiman 2001): trees on bootstrap samples, each split the best of
//! some features chosen at random, by Gini impurity.

use saigen_models::stream::Stream;

/// How a forest grows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Growth {
    pub(super) trees: usize,
    /// The fewest rows in a leaf.
    pub(super) leaf: usize,
}

/// Trees, each a list of nodes with the root first.
#[derive(Debug)]
pub(super) struct Forest {
    trees: Vec<Vec<Node>>,
}

#[derive(Clone, Copy, Debug)]
enum Node {
    /// The share of rows of the class.
    Leaf(f64),
    /// To `left` where the feature is at most the threshold, else to `right`.
    Split { feature: usize, threshold: f64, left: usize, right: usize },
}

/// Rows of features with their classes.
struct Rows<'a> {
    features: &'a [Vec<f64>],
    classes: &'a [bool],
}

impl Forest {
    /// A forest on rows of features.
    pub(super) fn grow(features: &[Vec<f64>], classes: &[bool], growth: Growth, stream: &mut Stream) -> Self {
        let rows = Rows { features, classes };
        let mut tree = |_| {
            let mut sample: Vec<usize> = (0..classes.len()).map(|_| stream.below(classes.len())).collect();
            let mut nodes = Vec::new();
            rows.grow(&mut sample, growth.leaf, stream, &mut nodes);
            nodes
        };
        Self { trees: (0..growth.trees).map(&mut tree).collect() }
    }

    /// The probability of the class: the mean of the trees' shares.
    pub(super) fn probability(&self, features: &[f64]) -> f64 {
        let share = |nodes: &Vec<Node>| {
            let mut at = 0;
            loop {
                match nodes[at] {
                    Node::Leaf(share) => return share,
                    Node::Split { feature, threshold, left, right } => at = if features[feature] <= threshold { left } else { right },
                }
            }
        };
        self.trees.iter().map(share).sum::<f64>() / self.trees.len() as f64
    }
}

impl Rows<'_> {
    /// Grows the tree of these rows and gives the place of its root among the nodes.
    fn grow(&self, sample: &mut [usize], leaf: usize, stream: &mut Stream, nodes: &mut Vec<Node>) -> usize {
        let place = nodes.len();
        let of_class = sample.iter().filter(|row| self.classes[**row]).count();
        nodes.push(Node::Leaf(of_class as f64 / sample.len() as f64));
        let pure = of_class == 0 || of_class == sample.len();
        if pure || sample.len() < 2 * leaf {
            return place;
        }
        let Some((feature, threshold)) = self.best_split(sample, of_class, leaf, stream) else { return place };
        sample.sort_by(|a, b| self.features[*a][feature].total_cmp(&self.features[*b][feature]).then(a.cmp(b)));
        let cut = sample.partition_point(|row| self.features[*row][feature] <= threshold);
        let (low, high) = sample.split_at_mut(cut);
        let left = self.grow(low, leaf, stream, nodes);
        let right = self.grow(high, leaf, stream, nodes);
        nodes[place] = Node::Split { feature, threshold, left, right };
        place
    }

    /// Of the root of the number of features, chosen at random, the split with the least impurity.
    fn best_split(&self, sample: &[usize], of_class: usize, leaf: usize, stream: &mut Stream) -> Option<(usize, f64)> {
        let count = self.features[0].len();
        let (total, all) = (of_class as f64, sample.len() as f64);
        let mut best: Option<(f64, usize, f64)> = None;
        for _ in 0..count.isqrt().max(1) {
            let feature = stream.below(count);
            let mut column: Vec<(f64, bool)> = sample.iter().map(|row| (self.features[*row][feature], self.classes[*row])).collect();
            column.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
            let mut below = 0.0;
            for at in 1..column.len() {
                below += f64::from(u8::from(column[at - 1].1));
                if at < leaf || column.len() - at < leaf || column[at - 1].0 == column[at].0 {
                    continue;
                }
                let (left, above) = (at as f64, total - below);
                // The sum over both sides of squared counts over sizes: large where sides are pure.
                let purity =
                    (below * below + (left - below).powi(2)) / left + (above * above + (all - left - above).powi(2)) / (all - left);
                if best.is_none_or(|(most, ..)| purity > most) {
                    best = Some((purity, feature, f64::midpoint(column[at - 1].0, column[at].0)));
                }
            }
        }
        best.map(|(_, feature, threshold)| (feature, threshold))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Points of the unit square, of the class where both coordinates are on one side of a half.
    fn checkerboard(count: usize, purpose: &str) -> (Vec<Vec<f64>>, Vec<bool>) {
        let mut stream = Stream::new("test", purpose, &[]);
        let features: Vec<Vec<f64>> = (0..count).map(|_| vec![stream.uniform(), stream.uniform(), stream.uniform()]).collect();
        let classes = features.iter().map(|x| (x[0] < 0.5) == (x[1] < 0.5)).collect();
        (features, classes)
    }

    #[test]
    fn a_forest_learns_what_no_single_split_can() {
        let (features, classes) = checkerboard(800, "train");
        let growth = Growth { trees: 50, leaf: 5 };
        let forest = Forest::grow(&features, &classes, growth, &mut Stream::new("test", "forest", &[]));
        let (features, classes) = checkerboard(400, "test");
        let right = features.iter().zip(&classes).filter(|(x, class)| (forest.probability(x) > 0.5) == **class).count();
        assert!(right > 350, "{right} of 400");
    }

    #[test]
    fn one_class_is_one_leaf() {
        let forest =
            Forest::grow(&[vec![1.0], vec![2.0]], &[true, true], Growth { trees: 3, leaf: 1 }, &mut Stream::new("test", "leaf", &[]));
        assert_eq!(forest.probability(&[7.0]), 1.0);
    }
}
