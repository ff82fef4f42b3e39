# R's own reading of random formulas; prints the JSON that tests/reference/terms.json holds:
#     Rscript tests/reference/make_terms.R > tests/reference/terms.json
set.seed(7)
one <- function(x) x[sample.int(length(x), 1)]
made <- function(n) {
  if (n == 0) return(one(letters[1:5]))
  sign <- one(c("+", "+", "-", "*", "/", ":", ":", "^"))
  if (sign == "^") return(paste0("(", made(n - 1), ")^", one(2:3)))
  side <- function() { part <- made(sample.int(n, 1) - 1); if (runif(1) < 0.35) paste0("(", part, ")") else part }
  left <- side(); right <- side()
  if (sign == "-" && runif(1) < 0.3) right <- "1"
  if (sign == "+" && runif(1) < 0.2) right <- one(c("0", "1", "(0 + a)", "-1"))
  paste(left, sign, right)
}
texts <- unique(vapply(1:400, function(k) made(sample.int(4, 1)), ""))
entry <- function(text) {
  found <- tryCatch(terms(as.formula(paste("y ~", text))), error = function(e) NULL)
  if (is.null(found)) return(NULL)
  labels <- c(if (attr(found, "intercept") == 1) "1", attr(found, "term.labels"))
  sprintf("\"%s\": [%s]", text, paste(sprintf("\"%s\"", labels), collapse = ", "))
}
cat(sprintf("{\"made by\": \"tests/reference/make_terms.R\", \"R\": \"%s\", \"terms\": {\n%s\n}}\n", R.version.string,
  paste(unlist(lapply(texts, entry)), collapse = ",\n")))
