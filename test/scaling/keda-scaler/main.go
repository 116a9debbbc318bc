// Command keda-scaler answers with what KEDA's own Kafka scaler says of a trigger. It links the scaler from KEDA's Go
// module, unchanged. First line of stdin: {"metadata": {...}, "env": {...}}, as KEDA gives a trigger. Each further line
// asks once, and is answered by one line: {"lag": N, "active": bool}, or {"error": "..."}.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/go-logr/logr"
	"github.com/kedacore/keda/v2/pkg/scalers"
	"github.com/kedacore/keda/v2/pkg/scalers/scalersconfig"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

type trigger struct {
	Metadata map[string]string `json:"metadata"`
	Env      map[string]string `json:"env"`
}

type answer struct {
	Lag    int64  `json:"lag"`
	Active bool   `json:"active"`
	Target int64  `json:"target"`
	Error  string `json:"error,omitempty"`
}

func main() {
	log.SetLogger(logr.Discard())
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	if !lines.Scan() {
		return
	}
	var given trigger
	if err := json.Unmarshal(lines.Bytes(), &given); err != nil {
		fail(err)
	}
	ctx := context.Background()
	scaler, err := scalers.NewKafkaScaler(ctx, &scalersconfig.ScalerConfig{
		ScalableObjectName: "encoder", ScalableObjectNamespace: "tercet", ScalableObjectType: "ScaledObject",
		TriggerMetadata: given.Metadata, ResolvedEnv: given.Env, AuthParams: map[string]string{},
		TriggerType: "kafka", GlobalHTTPTimeout: 10 * time.Second,
	})
	if err != nil {
		fail(err)
	}
	defer scaler.Close(ctx)
	spec := scaler.GetMetricSpecForScaling(ctx)[0].External
	write(answer{Target: spec.Target.AverageValue.Value()})
	for lines.Scan() {
		values, active, err := scaler.GetMetricsAndActivity(ctx, spec.Metric.Name)
		if err != nil {
			write(answer{Error: err.Error()})
			continue
		}
		write(answer{Lag: values[0].Value.Value(), Active: active, Target: spec.Target.AverageValue.Value()})
	}
}

func write(one answer) {
	text, err := json.Marshal(one)
	if err != nil {
		fail(err)
	}
	fmt.Println(string(text))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
