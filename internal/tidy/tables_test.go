package tidy

// layers is the import table. A package may import what stands in an earlier
// layer, and its own room; a room is a folder and all below it.
var layers = [][]string{
	{"internal/base"},
	{"internal/fact"},
	{"internal/party"},
	{"internal/loanbook", "internal/ledger", "internal/access", "internal/workflow"},
	{"internal/policy"},
	{"internal/settlement"},
	{
		"internal/subsidy", "internal/origination", "internal/exchange", "internal/rating", "internal/guarantee",
		"internal/supplychain", "internal/kpi", "internal/risk", "internal/programme", "internal/reporting", "internal/registry",
	},
	{"internal/adapter", "web"}, // web holds the built console and imports nothing
	{"internal/server", "internal/sim"},
	{"cmd", "bench", "scripts", "internal/tidy"},
}

// Below this room everything is a function of its arguments.
const adapterRoom = "internal/adapter"

// modules says what rooms below the adapters may use beside the standard
// library. The adapters and what stands above them may use all of go.mod, and so
// may tests.
var modules = map[string][]string{
	"internal/policy":     {"cel.dev/cel-go", "github.com/goccy/go-yaml"},
	"internal/settlement": {"cel.dev/cel-go", "golang.org/x/sync"},
}

// impure are the packages of the standard library, each with all below it, that
// bring in a clock, a disk, a network, a database or chance.
var impure = []string{
	"crypto/rand", "database/sql", "io/ioutil", "log", "math/rand", "net", "os", "path/filepath", "plugin", "syscall",
	"testing", "time",
}

// nowhere are packages that nobody imports, and why.
var nowhere = map[string]string{
	"C":         "the program is built without cgo",
	"math/rand": "math/rand/v2 takes its source by name",
	"unsafe":    "nothing here is worth it",
}

// seeded are the names of math/rand/v2 that do not draw from the process's own
// random source: with them, what is drawn follows from a seed.
var seeded = []string{"ChaCha8", "New", "NewChaCha8", "NewPCG", "NewZipf", "PCG", "Rand", "Source", "Zipf"}

// floats are the files and folders below the adapters that may use floating point, and why.
var floats = map[string]string{
	"internal/rating":            "values of features and measures of models",
	"internal/rating/binning":    "information values are logarithms",
	"internal/rating/city":       "numbers of features, and chance",
	"internal/rating/feature":    "features are statistics; no money is paid by them",
	"internal/rating/logit":      "a regression",
	"internal/rating/metric":     "measures of ranks and probabilities",
	"internal/rating/ratingtest": "a sample of made-up firms",
	"internal/rating/scorecard":  "splits are numbers of any feature; points are whole",
	"internal/rating/train":      "statistics of samples",
	"internal/rating/training":   "ranges of columns, and figures of cards",
	"internal/rating/watch":      "statistics of months",
}

// Limits of size, in lines. Tests and generated files do not count.
const (
	maxFunction = 70
	maxFile     = 500
	maxPackage  = 3000
)

// larger are the exceptions: a file, a package's folder, or a function as
// "folder.Name" or "folder.Type.Name".
var larger = map[string]struct {
	lines int
	why   string
}{
	"internal/adapter/httpapi": {8000, "one file for each process; every operation goes through the one door of handle"},
	"internal/adapter/intake":  {3300, "whatever file it comes from, it fills one store of facts"},
	"internal/adapter/store":   {8000, "one file for each process and register; all are methods of one transaction"},
	"internal/server":          {4000, "the wiring: a file for each part, and for what the program does with a whole platform"},
}

// vague are package names that say nothing about what is inside.
var vague = []string{"common", "helper", "helpers", "misc", "models", "shared", "util", "utils"}

// unread are folders of which only the names are looked at: what lies there is
// broken, or in other encodings, on purpose.
const unread = "testdata"
