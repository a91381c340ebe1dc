// SPDX-License-Identifier: Apache-2.0

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.Map;

/** A handler for AWS's runtime interface client: does what the event tells it to. */
public class Handler implements RequestHandler<Map<String, Object>, Object> {
    @Override
    public Object handleRequest(Map<String, Object> event, Context context) {
        switch (String.valueOf(event.get("do"))) {
        case "error":
            throw new IllegalStateException("told to fail");
        case "exit":
            Runtime.getRuntime().halt(7);
            return null;
        case "sleep":
            try {
                Thread.sleep(60000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return null;
        case "log":
            System.out.println("a word from the guest");
            return "logged";
        case "context":
            return Map.of("id", context.getAwsRequestId(),
                          "arn", context.getInvokedFunctionArn(),
                          "name", context.getFunctionName(),
                          "version", context.getFunctionVersion(),
                          "memory", context.getMemoryLimitInMB(),
                          "remaining", context.getRemainingTimeInMillis());
        default:
            return event;
        }
    }
}
