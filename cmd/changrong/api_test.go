package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestCommittedInterfaceIsCurrent(t *testing.T) {
	var out, problems bytes.Buffer
	if code := run(t.Context(), []string{"api"}, &out, &problems); code != exitOK {
		t.Fatalf("changrong api ends with %d: %s", code, &problems)
	}
	committed, err := os.ReadFile(filepath.Join("..", "..", "api", "openapi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out.Bytes(), committed) {
		t.Error("api/openapi.yaml is not what the operations say; run: go run ./cmd/changrong api > api/openapi.yaml")
	}
}
