package insurance_test

import (
	"testing"

	"changrong/internal/adapter/connect/connecttest"
	"changrong/internal/adapter/connect/insurance"
)

func TestContract(t *testing.T) { connecttest.Run(t, insurance.Connector()) }
