// SPDX-License-Identifier: Apache-2.0
// walk - the AWS SDK for JavaScript through the life of a function.
//   walk.mjs URL ANSWERS ZIPFILE LAYERZIP   or   walk.mjs URL ANSWERS LISTS
// LISTS is JSON: [operation, member of the items, input, how many] of each that has pages.
// Every step prints its name; the first that fails ends it with status 1. Each answer is
// written into the file ANSWERS, a line of JSON, to be held against the model.

import assert from "node:assert/strict";
import fs from "node:fs";
import * as sdk from "@aws-sdk/client-lambda";

const [url, answersFile, zipFile, layerFile] = process.argv.slice(2);
const client = new sdk.LambdaClient({
  endpoint: url, region: "us-east-1", maxAttempts: 1,
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
});
const STREAMED = "InvokeWithResponseStreamCommand"; // its body is read by the step itself

// Next to the wire: what came, before the SDK has made anything of it.
client.middlewareStack.add((next, context) => async (request) => {
  const result = await next(request);
  const { response } = result;
  let body = Buffer.alloc(0);
  if (context.commandName !== STREAMED) {
    const chunks = [];
    for await (const chunk of response.body) chunks.push(chunk);
    body = Buffer.concat(chunks);
    response.body = body;
  }
  fs.appendFileSync(answersFile, `${JSON.stringify({
    operation: context.commandName.replace(/Command$/, ""), status: response.statusCode,
    headers: response.headers, body: body.toString("base64") })}\n`);
  return result;
}, { step: "deserialize", priority: "low", name: "answers" });

const FunctionName = "js";
const wait = { client, minDelay: 0.05, maxDelay: 0.2, maxWaitTime: 20 };
const call = (name, input) => client.send(new sdk[`${name}Command`](input));
const send = (name, input) => call(name, { FunctionName, ...input });
const text = (bytes) => Buffer.from(bytes).toString();
const json = (value) => Buffer.from(JSON.stringify(value));

async function refused(promise, name, status) {
  await assert.rejects(promise, (error) => {
    assert.equal(error.name, name);
    assert.equal(error.$metadata.httpStatusCode, status);
    return true;
  });
}

async function provisioned(Qualifier) {
  const put = await send("PutProvisionedConcurrencyConfig", {
    Qualifier, ProvisionedConcurrentExecutions: 1 });
  assert.equal(put.Status, "IN_PROGRESS");
  for (;;) {
    const { Status } = await send("GetProvisionedConcurrencyConfig", { Qualifier });
    if (Status === "READY") break;
    assert.equal(Status, "IN_PROGRESS");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await send("DeleteProvisionedConcurrencyConfig", { Qualifier });
}

async function settled(UUID) {
  for (;;) {
    const { State } = await call("GetEventSourceMapping", { UUID });
    if (State === "Enabled" || State === "Disabled") return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const life = {
  async create() {
    const made = await send("CreateFunction", {
      Role: "arn:aws:iam::000000000000:role/lambda-role", Runtime: "provided.al2023",
      Handler: "bootstrap", Timeout: 10, Code: { ZipFile: fs.readFileSync(zipFile) },
      Tags: { team: "a" },
    });
    assert.equal(made.State, "Pending");
    await sdk.waitUntilFunctionExists(wait, { FunctionName });
    await sdk.waitUntilFunctionActive(wait, { FunctionName });
    await sdk.waitUntilFunctionActiveV2(wait, { FunctionName });
  },
  async "invoke, request and response"() {
    const answer = await send("Invoke", {
      Payload: json({ do: "echo" }), LogType: "Tail", Qualifier: "$LATEST",
      ClientContext: json({ custom: { who: "Ada" } }).toString("base64"),
    });
    assert.equal(answer.StatusCode, 200);
    assert.equal(answer.ExecutedVersion, "$LATEST");
    assert.equal(answer.FunctionError, undefined);
    const heard = Object.entries(JSON.parse(text(answer.Payload)).headers)
      .find(([name]) => name.toLowerCase() === "lambda-runtime-client-context")[1];
    assert.deepEqual(JSON.parse(heard).custom, { who: "Ada" });
    assert.match(Buffer.from(answer.LogResult, "base64").toString(), /REPORT RequestId/);
  },
  async "invoke, a function error"() {
    const answer = await send("Invoke", { Payload: json({ do: "error", body: "{}" }) });
    assert.equal(answer.FunctionError, "Unhandled");
  },
  async "invoke, event and dry run"() {
    const later = await send("Invoke", { InvocationType: "Event", Payload: json({ do: "echo" }) });
    assert.equal(later.StatusCode, 202);
    assert.equal((await send("Invoke", { InvocationType: "DryRun" })).StatusCode, 204);
    assert.equal((await send("InvokeAsync", { InvokeArgs: json({ do: "echo" }) })).Status, 202);
  },
  async "invoke with a response stream"() {
    const answer = await send("InvokeWithResponseStream", { Payload: json({ do: "echo" }) });
    let body = "";
    let complete = false;
    for await (const event of answer.EventStream) {
      if (event.PayloadChunk) body += text(event.PayloadChunk.Payload);
      if (event.InvokeComplete) complete = true;
    }
    assert.ok(complete);
    assert.ok(JSON.parse(body).body);
  },
  async update() {
    await send("UpdateFunctionConfiguration", { Environment: { Variables: { WHO: "Ada" } } });
    await sdk.waitUntilFunctionUpdated(wait, { FunctionName });
    await send("UpdateFunctionCode", { ZipFile: fs.readFileSync(zipFile) });
    await sdk.waitUntilFunctionUpdatedV2(wait, { FunctionName });
    const answer = await send("Invoke", { Payload: json({ do: "env" }) });
    assert.equal(JSON.parse(text(answer.Payload)).WHO, "Ada");
  },
  async "publish and alias"() {
    const version = await send("PublishVersion", { Description: "one" });
    assert.equal(version.Version, "1");
    await sdk.waitUntilPublishedVersionActive(wait, { FunctionName, Qualifier: "1" });
    await send("CreateAlias", { Name: "live", FunctionVersion: "1" });
    await send("UpdateAlias", { Name: "live", Description: "moved" });
    const answer = await send("Invoke", { Qualifier: "live", Payload: json({ do: "echo" }) });
    assert.equal(answer.ExecutedVersion, "1");
    await refused(send("CreateAlias", { Name: "live", FunctionVersion: "1" }),
      "ResourceConflictException", 409);
    assert.equal((await send("GetAlias", { Name: "live" })).Description, "moved");
    await provisioned("live");
    await send("DeleteAlias", { Name: "live" });
  },
  async throttle() {
    await send("PutFunctionConcurrency", { ReservedConcurrentExecutions: 0 });
    await refused(send("Invoke", {}), "TooManyRequestsException", 429);
    assert.equal((await send("GetFunctionConcurrency", {})).ReservedConcurrentExecutions, 0);
    await send("DeleteFunctionConcurrency", {});
    assert.equal((await call("GetAccountSettings", {})).AccountLimit.ConcurrentExecutions, 1000);
  },
  async layers() {
    const version = { LayerName: "js", VersionNumber: 1 };
    const layer = await call("PublishLayerVersion", {
      LayerName: "js", Content: { ZipFile: fs.readFileSync(layerFile) } });
    assert.equal(layer.Version, 1);
    await send("UpdateFunctionConfiguration", { Layers: [layer.LayerVersionArn] });
    await sdk.waitUntilFunctionUpdatedV2(wait, { FunctionName });
    const answer = await send("Invoke", { Payload: json({ do: "read", path: "/opt/a" }) });
    assert.equal(JSON.parse(text(answer.Payload)).text, "a");
    assert.equal((await call("GetLayerVersion", version)).Version, 1);
    assert.equal((await call("GetLayerVersionByArn", { Arn: layer.LayerVersionArn })).Version, 1);
    const added = await call("AddLayerVersionPermission", {
      ...version, StatementId: "s", Action: "lambda:GetLayerVersion", Principal: "*" });
    assert.deepEqual(JSON.parse((await call("GetLayerVersionPolicy", version)).Policy).Statement,
      [JSON.parse(added.Statement)]);
    await call("RemoveLayerVersionPermission", { ...version, StatementId: "s" });
    await call("DeleteLayerVersion", version);
    await refused(call("GetLayerVersion", version), "ResourceNotFoundException", 404);
  },
  async "tags and permissions"() {
    const { FunctionArn: Resource } = await send("GetFunctionConfiguration", {});
    await call("TagResource", { Resource, Tags: { more: "b" } });
    await call("UntagResource", { Resource, TagKeys: ["more"] });
    assert.deepEqual((await call("ListTags", { Resource })).Tags, { team: "a" });
    const { Configuration, Tags } = await send("GetFunction", {});
    assert.deepEqual(Tags, { team: "a" });
    assert.equal(Configuration.Layers.length, 1);
    const added = await send("AddPermission", {
      StatementId: "s", Action: "lambda:InvokeFunction", Principal: "sns.amazonaws.com" });
    assert.deepEqual(JSON.parse((await send("GetPolicy", {})).Policy).Statement,
      [JSON.parse(added.Statement)]);
    await send("RemovePermission", { StatementId: "s" });
  },
  async "what invokes the function, and what becomes of it"() {
    await send("PutFunctionEventInvokeConfig", { MaximumRetryAttempts: 1 });
    await send("UpdateFunctionEventInvokeConfig", { MaximumEventAgeInSeconds: 60 });
    const config = await send("GetFunctionEventInvokeConfig", {});
    assert.deepEqual([config.MaximumRetryAttempts, config.MaximumEventAgeInSeconds], [1, 60]);
    assert.ok(config.LastModified instanceof Date);
    await send("DeleteFunctionEventInvokeConfig", {});
    await send("CreateFunctionUrlConfig", { AuthType: "NONE" });
    await send("UpdateFunctionUrlConfig", { AuthType: "AWS_IAM" });
    assert.equal((await send("GetFunctionUrlConfig", {})).AuthType, "AWS_IAM");
    await send("DeleteFunctionUrlConfig", {});
    const { UUID } = await send("CreateEventSourceMapping", {
      EventSourceArn: "arn:aws:sqs:us-east-1:000000000000:q", Enabled: false });
    await settled(UUID);
    assert.equal((await call("UpdateEventSourceMapping", { UUID, BatchSize: 7 })).BatchSize, 7);
    await settled(UUID);
    await call("DeleteEventSourceMapping", { UUID });
    assert.equal((await send("GetFunctionCodeSigningConfig", {})).FunctionName, FunctionName);
    await send("PutFunctionRecursionConfig", { RecursiveLoop: "Allow" });
    assert.equal((await send("GetFunctionRecursionConfig", {})).RecursiveLoop, "Allow");
    await send("PutRuntimeManagementConfig", { UpdateRuntimeOn: "FunctionUpdate" });
    assert.equal((await send("GetRuntimeManagementConfig", {})).UpdateRuntimeOn,
      "FunctionUpdate");
  },
  async delete() {
    await send("DeleteFunction", {});
    await refused(send("GetFunction", {}), "ResourceNotFoundException", 404);
  },
};

// Every list by pages of one, two and many.
async function readByPages(name, member, input, count) {
  for (const pageSize of [1, 2, 50]) {
    let pages = 0;
    const found = new Set();
    for await (const page of sdk[`paginate${name}`]({ client, pageSize }, { ...input })) {
      pages += 1;
      assert.ok(page[member].length <= pageSize);
      for (const item of page[member]) found.add(JSON.stringify(item));
    }
    assert.equal(found.size, count);
    assert.ok(pages >= count / pageSize);
  }
}

const steps = layerFile ? life : Object.fromEntries(
  JSON.parse(zipFile).map((list) => [list[0], () => readByPages(...list)]));
for (const [name, step] of Object.entries(steps)) {
  console.log(name);
  await step();
}
