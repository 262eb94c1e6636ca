//! What happens to objects that come, change and go, in a store of this process.

use super::{ObjectsSpec, Store, Version, bring, store::Missed};
use crate::{
    contract::{Contract, resolve},
    fetch::{Landing, Remark},
};
use model::id::DatasetId;
use object_store::{ObjectStore, ObjectStoreExt, memory::InMemory, path::Path};
use serde_json::json;
use std::{fs, sync::Arc, time::Duration};
use tempfile::TempDir;

struct World {
    state: TempDir,
    contract: Contract,
    objects: Arc<InMemory>,
    store: Store,
}

impl World {
    fn new(more: serde_json::Value) -> Self {
        let mut objects = json!({ "url": "s3://bucket/shop", "match": "orders-*.csv" });
        objects.as_object_mut().expect("a table").extend(more.as_object().cloned().expect("more"));
        let spec = json!({
            "description": "d", "owner": "o", "source": { "objects": objects },
            "columns": { "a": { "type": "text" } },
        });
        let spec = serde_json::from_value(spec).expect("a contract");
        let contract = resolve(&DatasetId::new("d"), &spec, chrono_tz::UTC).expect("sound");
        let objects = Arc::new(InMemory::new());
        let store: Box<dyn ObjectStore> = Box::new(Arc::clone(&objects));
        let store = Store::of(store, Duration::from_secs(20)).expect("a runtime");
        Self { state: TempDir::new().expect("a folder"), contract, objects, store }
    }

    fn spec(&self) -> &ObjectsSpec {
        self.contract.source.objects.as_ref().expect("objects")
    }

    fn put(&self, name: &str, text: &str) {
        let place = Path::from(name);
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(self.objects.put(&place, text.to_owned().into())).expect("put");
    }

    fn delete(&self, name: &str) {
        let place = Path::from(name);
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(self.objects.delete(&place)).expect("deleted");
    }

    fn landing(&self) -> Landing {
        Landing::open(&self.contract, self.state.path()).expect("a landing folder")
    }

    fn fetch(&self) -> Result<Vec<Remark>, String> {
        bring(self.spec(), &self.store, &Path::from("shop"), &mut self.landing())
    }

    /// The copies: the object's name and its text.
    fn copies(&self) -> Vec<(String, String)> {
        let files = self.landing().files(|_| Some(crate::contract::Format::Csv)).expect("files");
        let copy = |found: crate::source::Found| {
            let text = fs::read_to_string(&found.path).expect("a copy");
            (found.name.rsplit('/').next().unwrap_or_default().to_owned(), text)
        };
        files.into_iter().map(copy).collect()
    }
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn new_and_changed_objects_come_and_what_is_gone_stays() {
    let world = World::new(json!({}));
    world.put("shop/orders-1.csv", "one");
    world.put("shop/orders-2.csv", "two");
    world.put("shop/other.csv", "no");
    world.put("shop/deeper/orders-3.csv", "no");
    world.put("shopping/orders-4.csv", "no");
    assert!(world.fetch().expect("fetched").is_empty());
    assert_eq!(world.copies(), pairs(&[("orders-1.csv", "one"), ("orders-2.csv", "two")]));

    let manifest = || fs::read(world.landing().folder().join("manifest.json")).expect("a manifest");
    let before = manifest();
    assert!(world.fetch().expect("fetched").is_empty());
    assert_eq!(manifest(), before, "a night without news writes nothing");

    world.put("shop/orders-1.csv", "one, corrected");
    world.delete("shop/orders-2.csv");
    let remarks = world.fetch().expect("fetched");
    let keys: Vec<_> = remarks.iter().map(|remark| remark.key).collect();
    assert_eq!(keys, ["quality.objects_gone"]);
    let now = pairs(&[("orders-1.csv", "one, corrected"), ("orders-2.csv", "two")]);
    assert_eq!(world.copies(), now, "the order is that of the keys, whatever came last");
    assert!(world.fetch().expect("fetched").is_empty(), "that it is gone is told once");
    world.put("shop/orders-2.csv", "two again");
    world.fetch().expect("fetched");
    assert_eq!(world.copies()[1].1, "two again");
}

#[test]
fn an_object_that_changes_after_it_was_listed_is_not_taken_for_the_listed_one() {
    let world = World::new(json!({}));
    world.put("shop/orders-1.csv", "one");
    let listed = world.store.list(&Path::from("shop")).expect("a list").objects.remove(0);
    world.put("shop/orders-1.csv", "two");
    let mut seen = Vec::new();
    let got = world.store.get(&listed, &mut |piece| {
        seen.extend_from_slice(piece);
        Ok(())
    });
    assert_eq!((got, seen.len()), (Err(Missed::Changed), 0));
    let mut landing = world.landing();
    super::take(world.spec(), &world.store, &mut landing, "orders-1.csv", listed.clone())
        .expect("looked at anew");
    assert_eq!(world.copies(), pairs(&[("orders-1.csv", "two")]));
    let landing = world.landing();
    let kept = landing.version("orders-1.csv").and_then(Version::kept).expect("a version");
    assert_ne!(kept.etag, listed.e_tag, "the version that is kept is that of the copy");
}

#[test]
fn one_that_is_too_large_is_refused_and_the_others_come() {
    let world = World::new(json!({ "most_megabytes": 1 }));
    world.put("shop/orders-1.csv", &"x".repeat((1 << 20) + 1));
    world.put("shop/orders-2.csv", "two");
    let fault = world.fetch().err().expect("refused");
    assert_eq!(fault, "`orders-1.csv` has more than 1 MB (`most_megabytes`)");
    assert_eq!(world.copies(), pairs(&[("orders-2.csv", "two")]));
}

#[test]
fn an_object_that_is_put_again_unchanged_changes_nothing_but_its_version() {
    let world = World::new(json!({}));
    world.put("shop/orders-1.csv", "one");
    world.put("shop/orders-2.csv", "two");
    world.fetch().expect("fetched");
    let before = world.landing().files(|_| Some(crate::contract::Format::Csv)).expect("files");
    world.put("shop/orders-1.csv", "one");
    world.fetch().expect("fetched");
    let after = world.landing().files(|_| Some(crate::contract::Format::Csv)).expect("files");
    let paths = |files: &[crate::source::Found]| {
        files.iter().map(|found| found.path.clone()).collect::<Vec<_>>()
    };
    assert_eq!(paths(&after), paths(&before));
    let manifest = || fs::read(world.landing().folder().join("manifest.json")).expect("a manifest");
    let settled = manifest();
    world.fetch().expect("fetched");
    assert_eq!(manifest(), settled, "its version is known now");
}
