package procurement_test

import (
	"testing"

	"changrong/internal/adapter/connect/connecttest"
	"changrong/internal/adapter/connect/procurement"
)

func TestContract(t *testing.T) { connecttest.Run(t, procurement.Connector()) }
