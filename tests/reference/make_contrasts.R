# R's columns and names for formulas with factors; prints the JSON that tests/reference/contrasts.json holds:
#     Rscript tests/reference/make_contrasts.R > tests/reference/contrasts.json
f <- c("a", "b", "c"); h <- c("lo", "hi"); o <- c("low", "mid", "high", "top", "peak")
set.seed(11)
n <- 24
d <- data.frame(
  f = factor(sample(rep(f, length.out = n)), levels = f), h = factor(sample(rep(h, length.out = n)), levels = h),
  o = factor(sample(rep(o, length.out = n)), levels = o, ordered = TRUE), x = round(rnorm(n), 3), w = round(runif(n, 1, 9), 3),
  k = sample(rep(c(1, 2, 10), length.out = n))
)
# ours -> R's, where R has no such spelling of the contrast
same <- c(
  "f:h", "x + f:h:x", "0 + f:h", "f + f:h", "h + f:h", "x:f", "x + x:f", "0 + x:f", "f*h - f", "f:h + f:x", "0 + x + f + h",
  "0 + f + h + f:h", "f:h:x + f", "h:f + f:x", "f*h*x", "(f + h + x)^2", "f/h", "f/x", "h/f/x", "f*h:x", "x*f:h", "f/h:x",
  "x - 1 + f", "f + (0 + x)", "(1 + x)*f", "o", "o*x", "0 + o", "o:f", "f*o", "o/x", "x:o", "0 + x:o", "f:o:x", "x + f:x:w",
  "factor(k)", "factor(k)*x", "factor(k):f", "poly(x, 2)", "poly(x, 1)", "poly(x, 2, raw = TRUE):f", "log(w):f", "I(x^2)*h",
  "f - 1 + x:f", "x + w + x:f:w", "f:x + h:x + f:h", "f + f:h + f:h:x", "h + f - h", "f*h - f:h - h",
  "C(f, contr.sum)", "C(f, contr.sum)*x", "0 + C(f, contr.sum)", "C(f, contr.poly)", "h*C(f, contr.sum)", 
  "C(f, contr.sum):C(h, contr.sum)", "0 + h + C(f, contr.sum)", "x:C(f, contr.sum)",
  "C(o, contr.sum)*f", "x + C(f, contr.sum):h:x"
)
relevelled <- list(
  c("C(f, ref = \"b\")", "relevel(f, ref = \"b\")"), c("C(f, ref = \"c\")*x", "relevel(f, ref = \"c\")*x"),
  c("C(o, treatment)*h", "relevel(factor(o, ordered = FALSE), ref = \"low\")*h"), c("0 + C(o, treatment)", "0 + relevel(factor(o, ordered = FALSE), ref = \"low\")"),
  c("C(f, sum)*h", "C(f, contr.sum)*h"), c("h + C(f, poly):x", "h + C(f, contr.poly):x"), c("C(f, \"sum\")", "C(f, contr.sum)"),
  c("x + C(f, ref = \"b\"):x", "x + relevel(f, ref = \"b\"):x")
)
numbers <- function(m) paste0("[", paste(apply(m, 1, function(r) paste0("[", paste(sprintf("%.17g", r), collapse = ","), "]")), collapse = ",\n"), "]")
quoted <- function(v) paste0("[", paste(sprintf("\"%s\"", gsub("\"", "\\\\\"", v)), collapse = ", "), "]")
entry <- function(ours, theirs) {
  m <- model.matrix(as.formula(paste("~", theirs)), d)
  sprintf("{\"formula\": %s, \"names\": %s,\n\"values\": %s}", sub("^\\[(.*)\\]$", "\\1", quoted(ours)), quoted(colnames(m)), numbers(unname(m)))
}
column <- function(name) {
  v <- d[[name]]
  shown <- if (is.factor(v)) quoted(as.character(v)) else paste0("[", paste(sprintf("%.17g", v), collapse = ", "), "]")
  sprintf("\"%s\": %s", name, shown)
}
entries <- c(vapply(same, function(s) entry(s, s), ""), vapply(relevelled, function(p) entry(p[1], p[2]), ""))
cat("{\n\"made by\": \"tests/reference/make_contrasts.R\",\n\"R\": \"", R.version.string, "\",\n", sep = "")
cat("\"levels\": {\"f\": ", quoted(f), ", \"h\": ", quoted(h), ", \"o\": ", quoted(o), "},\n", sep = "")
cat("\"data\": {", paste(vapply(names(d), column, ""), collapse = ",\n"), "},\n", sep = "")
cat("\"matrices\": [\n", paste(entries, collapse = ",\n"), "\n]}\n", sep = "")
