//! The service as programs meet it, over real HTTP.

#[path = "service/deciding.rs"]
mod deciding;
#[path = "service/deliveries.rs"]
mod deliveries;
#[path = "service/edges.rs"]
mod edges;
#[path = "service/hurried.rs"]
mod hurried;
#[path = "service/of_nobody.rs"]
mod of_nobody;
#[path = "service/postgres.rs"]
mod postgres;
#[path = "service/process.rs"]
mod process;
#[path = "service/records.rs"]
mod records;
#[path = "service/table.rs"]
mod table;
