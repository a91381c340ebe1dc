// SPDX-License-Identifier: Apache-2.0
// walk - the AWS SDK for JavaScript through the life of a function.
//   walk.mjs URL ZIPFILE LAYERZIP
// Every step prints its name; the first that fails ends it with status 1.

import assert from "node:assert/strict";
import fs from "node:fs";
import {
  AddPermissionCommand, CreateAliasCommand, CreateFunctionCommand, DeleteFunctionCommand,
  DeleteLayerVersionCommand, GetFunctionCommand, InvokeCommand,
  InvokeWithResponseStreamCommand, LambdaClient, ListTagsCommand,
  PublishLayerVersionCommand, PublishVersionCommand, PutFunctionConcurrencyCommand,
  UpdateAliasCommand, UpdateFunctionCodeCommand, UpdateFunctionConfigurationCommand,
  paginateListAliases, paginateListFunctions, paginateListVersionsByFunction,
  waitUntilFunctionActiveV2, waitUntilFunctionUpdatedV2,
} from "@aws-sdk/client-lambda";

const [url, zipFile, layerFile] = process.argv.slice(2);
const client = new LambdaClient({
  endpoint: url, region: "us-east-1", maxAttempts: 1,
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
});
const FunctionName = "js";
const wait = { client, minDelay: 0.05, maxDelay: 0.2, maxWaitTime: 20 };
const send = (Command, input) => client.send(new Command({ FunctionName, ...input }));
const text = (bytes) => Buffer.from(bytes).toString();
const json = (value) => Buffer.from(JSON.stringify(value));

async function collect(paginator, member) {
  const found = [];
  for await (const page of paginator) found.push(...(page[member] ?? []));
  return found;
}

async function refused(promise, name, status) {
  await assert.rejects(promise, (error) => {
    assert.equal(error.name, name);
    assert.equal(error.$metadata.httpStatusCode, status);
    return true;
  });
}

const steps = {
  async create() {
    const made = await send(CreateFunctionCommand, {
      Role: "arn:aws:iam::000000000000:role/lambda-role", Runtime: "provided.al2023",
      Handler: "bootstrap", Timeout: 10, Code: { ZipFile: fs.readFileSync(zipFile) },
      Tags: { team: "a" },
    });
    assert.equal(made.State, "Pending");
    await waitUntilFunctionActiveV2(wait, { FunctionName });
  },
  async "invoke, request and response"() {
    const answer = await send(InvokeCommand, { Payload: json({ do: "echo" }), LogType: "Tail" });
    assert.equal(answer.StatusCode, 200);
    assert.equal(answer.FunctionError, undefined);
    assert.ok(JSON.parse(text(answer.Payload)).body);
    assert.match(Buffer.from(answer.LogResult, "base64").toString(), /REPORT RequestId/);
  },
  async "invoke, a function error"() {
    const answer = await send(InvokeCommand, { Payload: json({ do: "error", body: "{}" }) });
    assert.equal(answer.FunctionError, "Unhandled");
  },
  async "invoke, event and dry run"() {
    const later = await send(InvokeCommand, { InvocationType: "Event", Payload: json({ do: "echo" }) });
    assert.equal(later.StatusCode, 202);
    assert.equal((await send(InvokeCommand, { InvocationType: "DryRun" })).StatusCode, 204);
  },
  async "invoke with a response stream"() {
    const answer = await send(InvokeWithResponseStreamCommand, { Payload: json({ do: "echo" }) });
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
    await send(UpdateFunctionConfigurationCommand, { Environment: { Variables: { WHO: "Ada" } } });
    await waitUntilFunctionUpdatedV2(wait, { FunctionName });
    await send(UpdateFunctionCodeCommand, { ZipFile: fs.readFileSync(zipFile) });
    await waitUntilFunctionUpdatedV2(wait, { FunctionName });
    const answer = await send(InvokeCommand, { Payload: json({ do: "env" }) });
    assert.equal(JSON.parse(text(answer.Payload)).WHO, "Ada");
  },
  async "publish and alias"() {
    const version = await send(PublishVersionCommand, { Description: "one" });
    assert.equal(version.Version, "1");
    await send(CreateAliasCommand, { Name: "live", FunctionVersion: "1" });
    await send(UpdateAliasCommand, { Name: "live", Description: "moved" });
    const answer = await send(InvokeCommand, { Qualifier: "live", Payload: json({ do: "echo" }) });
    assert.equal(answer.ExecutedVersion, "1");
    await refused(send(CreateAliasCommand, { Name: "live", FunctionVersion: "1" }),
      "ResourceConflictException", 409);
  },
  async throttle() {
    await send(PutFunctionConcurrencyCommand, { ReservedConcurrentExecutions: 0 });
    await refused(send(InvokeCommand, {}), "TooManyRequestsException", 429);
  },
  async layers() {
    const layer = await client.send(new PublishLayerVersionCommand({
      LayerName: "js", Content: { ZipFile: fs.readFileSync(layerFile) },
    }));
    assert.equal(layer.Version, 1);
    await send(UpdateFunctionConfigurationCommand, { Layers: [layer.LayerVersionArn] });
    await waitUntilFunctionUpdatedV2(wait, { FunctionName });
    await client.send(new DeleteLayerVersionCommand({ LayerName: "js", VersionNumber: 1 }));
  },
  async "tags and permissions"() {
    const { Configuration, Tags } = await send(GetFunctionCommand, {});
    assert.deepEqual(Tags, { team: "a" });
    assert.equal(Configuration.Layers.length, 1);
    assert.deepEqual((await client.send(new ListTagsCommand({
      Resource: Configuration.FunctionArn }))).Tags, { team: "a" });
    const added = await send(AddPermissionCommand, {
      StatementId: "s", Action: "lambda:InvokeFunction", Principal: "sns.amazonaws.com" });
    assert.equal(JSON.parse(added.Statement).Sid, "s");
  },
  async paginators() {
    assert.equal((await collect(paginateListFunctions({ client, pageSize: 1 }, {}),
      "Functions")).length, 1);
    assert.equal((await collect(paginateListVersionsByFunction({ client, pageSize: 1 },
      { FunctionName }), "Versions")).length, 2);
    assert.equal((await collect(paginateListAliases({ client, pageSize: 1 },
      { FunctionName }), "Aliases")).length, 1);
  },
  async delete() {
    await send(DeleteFunctionCommand, {});
    await refused(send(GetFunctionCommand, {}), "ResourceNotFoundException", 404);
  },
};

for (const [name, step] of Object.entries(steps)) {
  console.log(name);
  await step();
}
