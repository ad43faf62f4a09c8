//! pilot
use saigen_engine::*; use std::time::Instant; use saigen_artifacts::*;
#[allow(clippy::all)]
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let st = saigen_studies::studies(); let ms = st[0].methods();
    let m = ms.iter().find(|m| m.name() == a[1]).unwrap();
    let mut p = std::collections::BTreeMap::new();
    for kv in &a[3..] { let (k, v) = kv.split_once('=').unwrap();
        p.insert(k.to_string(), v.parse::<i64>().map(Scalar::Int).or_else(|_| v.parse::<f64>().map(Scalar::Float)).unwrap_or(Scalar::Text(v.to_string()))); }
    let seeds: u64 = a[2].parse().unwrap();
    let b = Batch { study: "nonsmooth".into(), experiment: "x".into(), method: a[1].clone(), backend: Backend::Flex, parameters: Parameters(p), seeds: (0..seeds).collect() };
    let t = Instant::now();
    let rs = m.run(&b).unwrap();
    let el = t.elapsed().as_secs_f64();
    let g = |n: &str| -> f64 { rs.iter().map(|r| match r.0.get(n) { Some(Value::Float(x)) => x.ln(), Some(Value::Int(x)) => (*x as f64), _ => 0.0 }).sum::<f64>() / rs.len() as f64 };
    print!("{:?} {:.2}s ", &a[1..], el);
    for n in rs[0].0.keys() { if n != "fit" && n != "data" { print!("{n} {:.2} | ", g(n)); } }
    println!();
}
