// SPDX-License-Identifier: Apache-2.0

// A function on AWS's library for Go: does what the event tells it to.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

func handle(ctx context.Context, event map[string]any) (any, error) {
	switch event["do"] {
	case "error":
		return nil, errors.New("told to fail")
	case "exit":
		os.Exit(7)
	case "sleep":
		time.Sleep(time.Minute)
	case "log":
		fmt.Println("a word from the guest")
		return "logged", nil
	case "context":
		lc, _ := lambdacontext.FromContext(ctx)
		deadline, _ := ctx.Deadline()
		return map[string]any{
			"id": lc.AwsRequestID, "arn": lc.InvokedFunctionArn,
			"name":      lambdacontext.FunctionName,
			"version":   lambdacontext.FunctionVersion,
			"memory":    lambdacontext.MemoryLimitInMB,
			"remaining": time.Until(deadline).Milliseconds(),
		}, nil
	}
	return event, nil
}

func main() {
	lambda.Start(handle)
}
