package market_test

import (
	"testing"

	"changrong/internal/adapter/connect/connecttest"
	"changrong/internal/adapter/connect/market"
)

func TestContract(t *testing.T) { connecttest.Run(t, market.Connector()) }
