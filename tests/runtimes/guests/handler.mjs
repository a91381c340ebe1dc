// SPDX-License-Identifier: Apache-2.0
// A handler for AWS's runtime interface client: does what the event tells it to.

const actions = {
    error: () => { throw new RangeError("told to fail"); },
    exit: () => process.exit(7),
    sleep: () => new Promise((done) => setTimeout(done, 60000)),
    log: () => { console.log("a word from the guest"); return "logged"; },
    context: (event, context) => ({
        id: context.awsRequestId,
        arn: context.invokedFunctionArn,
        name: context.functionName,
        version: context.functionVersion,
        memory: Number(context.memoryLimitInMB),
        remaining: context.getRemainingTimeInMillis(),
    }),
};

export const handler = async (event, context) =>
    (actions[event.do] ?? ((it) => it))(event, context);
