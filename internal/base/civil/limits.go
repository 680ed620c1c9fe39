package civil

// The years an input may say; outside them is a typing error, not history.
const minYear, maxYear = 1900, 2199
