// SPDX-License-Identifier: Apache-2.0

//! A function on AWS's library for Rust: does what the event tells it to.

use lambda_runtime::{run, service_fn, Error, LambdaEvent};
use serde_json::{json, Value};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let (payload, context) = event.into_parts();
    match payload["do"].as_str() {
        Some("error") => Err("told to fail".into()),
        Some("exit") => std::process::exit(7),
        Some("sleep") => {
            std::thread::sleep(Duration::from_secs(60));
            Ok(Value::Null)
        }
        Some("log") => {
            println!("a word from the guest");
            Ok(json!("logged"))
        }
        Some("context") => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as i64;
            Ok(json!({
                "id": context.request_id,
                "arn": context.invoked_function_arn,
                "name": context.env_config.function_name,
                "version": context.env_config.version,
                "memory": context.env_config.memory,
                "remaining": context.deadline as i64 - now,
            }))
        }
        _ => Ok(payload),
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    run(service_fn(handle)).await
}
