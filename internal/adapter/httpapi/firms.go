package httpapi

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/mask"
	"changrong/internal/party"
	"changrong/internal/registry"
)

// Firm is a firm of the registry as one caller may see it.
type Firm struct {
	party.Firm
	Person string `json:"legal_representative" doc:"masked, but to the firm itself"`
}

// viewFirm masks the legal representative but to the firm itself, whose scope is its
// own.
func viewFirm(f *party.Firm, s access.Scope) Firm {
	v := Firm{Firm: *f, Person: f.Person.String()}
	if !s.All {
		v.Person = f.Person.Reveal()
	}
	v.Firm.Person = mask.Name("")
	return v
}

// firms adds the registry of firms.
func (a *API) firms() {
	const tag = "firm"
	handle(a, Route{ID: "list-firms", Method: "GET", Path: "/api/firms", Tag: tag, Title: "企业登记库", Need: access.FirmList},
		func(ctx context.Context, c *Call, in *struct {
			Text   string `query:"text" maxLength:"120" doc:"the beginning of a credit code, of a name, or of a name without its place"`
			Status string `query:"status" enum:"open,closed,revoked"`
			Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"200"`
			Offset int    `query:"offset" minimum:"0" maximum:"10000" doc:"look for more of a name instead of going further"`
		},
		) (*list[Firm], error) {
			firms, total, err := a.Firms.Firms(ctx, c.Scope, registry.Search{Text: in.Text, Status: in.Status, Limit: in.Limit, Offset: in.Offset})
			views := make([]Firm, len(firms))
			for i := range firms {
				views[i] = viewFirm(&firms[i], c.Scope)
			}
			return listOf(views, total), err
		})
	handle(a, Route{ID: "get-firm", Method: "GET", Path: "/api/firms/{uscc}", Tag: tag, Title: "企业", Need: access.FirmRead},
		func(ctx context.Context, c *Call, in *struct {
			USCC string `path:"uscc" maxLength:"18" doc:"the whole credit code"`
		},
		) (*struct{ Body Firm }, error) {
			f, err := a.Firms.Firm(ctx, c.Scope, in.USCC)
			if err != nil {
				return nil, err
			}
			return &struct{ Body Firm }{viewFirm(f, c.Scope)}, nil
		})
	handle(a, Route{ID: "import-firms", Method: "POST", Path: "/api/firm-registry/imports", Tag: tag, Title: "导入企业登记库", Need: access.FirmImport}, a.importFirms)
	handle(a, Route{ID: "list-firm-imports", Method: "GET", Path: "/api/firm-registry/imports", Tag: tag, Title: "企业登记库的导入", Need: access.FirmLoads},
		func(ctx context.Context, c *Call, in *struct {
			Limit  int `query:"limit" default:"50" minimum:"1" maximum:"200"`
			Offset int `query:"offset" minimum:"0" maximum:"1000000"`
		},
		) (*list[registry.Import], error) {
			imports, total, err := a.Firms.Imports(ctx, c.Scope, in.Limit, in.Offset)
			return listOf(imports, total), err
		})
	handle(a, Route{ID: "get-firm-import", Method: "GET", Path: "/api/firm-registry/imports/{id}", Tag: tag, Title: "一次导入及其核对结果", Need: access.FirmLoads},
		func(ctx context.Context, c *Call, in *ByID) (*struct{ Body registry.Import }, error) {
			return told(a.Firms.Import(ctx, c.Scope, in.ID))
		})
}

// importFirms takes in a file that has been uploaded.
func (a *API) importFirms(ctx context.Context, c *Call, in *struct {
	Body struct {
		Upload string     `json:"upload" maxLength:"60" doc:"a finished upload: CSV, Excel or Parquet"`
		AsOf   civil.Date `json:"as_of" doc:"the day as of which the file is"`
		Source string     `json:"source,omitempty" maxLength:"60" doc:"who says so; empty: one's own organisation"`
	}
},
) (*struct{ Body registry.Import }, error) {
	u, err := a.Desk.Upload(ctx, c.Scope, in.Body.Upload)
	if err != nil {
		return nil, err
	}
	source := in.Body.Source
	if source == "" {
		o, err := a.Access.Org(ctx, c.Org)
		if err != nil {
			return nil, err
		}
		source = o.Name
	}
	m, err := a.Firms.Begin(ctx, c.Caller, registry.File{Name: u.Name, SHA256: u.SHA256, Size: u.Size}, in.Body.AsOf, source)
	if err != nil {
		return nil, err
	}
	return &struct{ Body registry.Import }{*m}, a.Desk.DropUpload(ctx, c.Caller, c.Scope, u.ID) // the file stays with the import
}
