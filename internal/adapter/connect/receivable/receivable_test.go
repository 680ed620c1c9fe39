package receivable_test

import (
	"testing"

	"changrong/internal/adapter/connect/connecttest"
	"changrong/internal/adapter/connect/receivable"
)

func TestContract(t *testing.T) { connecttest.Run(t, receivable.Connector()) }
