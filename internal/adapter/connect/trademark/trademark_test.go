package trademark_test

import (
	"testing"

	"changrong/internal/adapter/connect/connecttest"
	"changrong/internal/adapter/connect/trademark"
)

func TestContract(t *testing.T) { connecttest.Run(t, trademark.Connector()) }
