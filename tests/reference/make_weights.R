# lme4's fits with known weights and with an offset; prints the JSON that tests/reference/weights.json holds:
#     Rscript tests/reference/make_weights.R > tests/reference/weights.json
suppressMessages(library(lme4))
d <- sleepstudy
d$w <- 1 + (seq_len(180) %% 5)
told <- function(m, logs) sprintf(
  "{\"beta\": [%s], \"se\": [%s], \"sigma\": %.12g, \"sd\": %.12g, \"deviance\": %.12g, \"log weights\": %.12g}",
  paste(sprintf("%.12g", fixef(m)), collapse = ", "), paste(sprintf("%.12g", sqrt(diag(as.matrix(vcov(m))))), collapse = ", "),
  sigma(m), as.data.frame(VarCorr(m))$sdcor[1], -2 * as.numeric(logLik(m)), logs)
weighted <- function(reml) told(lmer(Reaction ~ Days + (1 | Subject), d, weights = w, REML = reml), sum(log(d$w)))
cat(sprintf("{\"made by\": \"tests/reference/make_weights.R\", \"R\": \"%s\", \"lme4\": \"%s\",\n\"REML\": %s,\n\"ML\": %s,\n\"offset\": %s}\n",
  R.version.string, packageVersion("lme4"), weighted(TRUE), weighted(FALSE),
  told(lmer(Reaction ~ Days + offset(3 * Days^2) + (1 | Subject), d), 0)))
