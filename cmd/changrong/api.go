package main

import (
	"changrong/internal/adapter/httpapi"

	"github.com/spf13/cobra"
)

// apiCommand writes the description of the HTTP interface, which is made of the
// operations themselves. api/openapi.yaml is what it writes.
func apiCommand() *cobra.Command {
	return &cobra.Command{
		Use: "api", Short: "写出 HTTP 接口说明（OpenAPI 3.1）", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			text, err := httpapi.New(httpapi.Deps{}).OpenAPI()
			if err != nil {
				return err
			}
			_, err = c.OutOrStdout().Write(text)
			return err
		},
	}
}
