# The lessons' five lines in R, run:  Rscript make_beside.R  (in this folder)
# Below "the snippets" each lesson has a block headed "#> number". It is run on the stand-in of the Framingham data, which
# ships with lmmteach; code and printout go to book/_data/beside_r.json, and the book's pages show them from there.
# A line "#= name: expression" gives numbers that tests/test_beside_r.py compares with Python's; pages do not show it.
suppressMessages({library(lme4); library(lmerTest); library(nlme); library(Matrix); library(jsonlite)})
options(width = 80, warn = 1)
whole <- readLines("make_beside.R")
body <- whole[-seq_len(which(whole == "# ---- the snippets ----"))]
heads <- grep("^#> ", body)
stand_in <- read.csv("../../lmmteach/datasets/framingham_standin.csv")
sleep <- read.csv("../../lmmteach/datasets/sleepstudy.csv")
schools <- read.csv("data/schools.csv")

run <- function(k) {
  lines <- body[(heads[k] + 1):c(heads[-1] - 1, length(body))[k]]
  asked <- regmatches(lines, regexec("^#= ([^:]+): (.*)$", lines))
  asked <- asked[lengths(asked) > 0]
  code <- trimws(paste(lines[!grepl("^#= ", lines)], collapse = "\n"), "both")
  here <- new.env(parent = globalenv())
  set.seed(1)
  here$data <- if (grepl("^#> 15", body[heads[k]])) schools else stand_in
  shown <- capture.output(for (one in parse(text = code)) {
    found <- withVisible(eval(one, here))
    if (found$visible) print(found$value)
  })
  numbers <- lapply(asked, function(one) as.numeric(eval(parse(text = one[3]), here)))
  names(numbers) <- vapply(asked, `[`, "", 2)
  packages <- intersect(c("lme4", "lmerTest", "nlme", "Matrix"), regmatches(code, gregexpr("[[:alnum:]]+", code))[[1]])
  list(code = code, output = paste(trimws(shown, "right"), collapse = "\n"), packages = I(packages), numbers = lapply(numbers, I))
}
blocks <- lapply(seq_along(heads), run)
names(blocks) <- sub("^#> ", "", body[heads])
versions <- lapply(list(lme4 = "lme4", lmerTest = "lmerTest", nlme = "nlme", Matrix = "Matrix"),
                   function(p) packageDescription(p)$Version)
versions$R <- paste(R.version$major, R.version$minor, sep = ".")
write_json(list(versions = versions, blocks = blocks), "../../book/_data/beside_r.json", digits = 10, auto_unbox = TRUE, pretty = TRUE)
quit(status = 0)

# ---- the snippets ----
#> 00
wide <- reshape(data[c("id", "year", "cholesterol")], idvar = "id",
                timevar = "year", direction = "wide")[-1]  # 200 x 6
unname(colSums(!is.na(wide)))                        # how many came
round(unname(cov(wide, use = "pairwise")))           # 6 x 6, from the pairs there are
round(unname(cor(wide, use = "pairwise")), 2)
#= came: colSums(!is.na(wide))
#= cov: cov(wide, use = "pairwise")
#= cor: cor(wide, use = "pairwise")

#> 01
library(lme4)
fit <- lmer(cholesterol ~ sex + age + year + (1 + year | id), data)
flat <- lm(cholesterol ~ sex + age + year, data)     # rows independent
ols <- sqrt(diag(vcov(flat)))
round(ols / sqrt(diag(as.matrix(vcov(fit)))), 2)     # below 1: too small
#= ratio: ols / sqrt(diag(as.matrix(vcov(fit))))

#> 02
library(lme4)
fit <- lmer(cholesterol ~ year + (1 | id), data)
G <- as.matrix(VarCorr(fit)$id); s2 <- sigma(fit)^2
V <- matrix(1, 6, 1) %*% G %*% matrix(1, 1, 6) + s2 * diag(6)
round(V)                                             # 6 x 6
round(cov2cor(V)[1, ], 3)
round(G[1, 1] / (G[1, 1] + s2), 3)                   # ICC
#= V: V
#= icc: G[1, 1] / (G[1, 1] + s2)

#> 03
times <- c(0, 2, 4)
e1 <- 280 * 0.1^abs(outer(times, times, "-"))        # fluctuation: fades to a tenth in a year
e2 <- 190 * diag(3)                                  # measurement error
V <- matrix(1400, 3, 3) + e1 + e2
round(V, 1)
#= V: V

#> 04
times <- c(0, 4, 10)
Z <- cbind(1, times)                                 # 3 x 2
G <- matrix(c(1400, -60, -60, 12), 2)                # 2 x 2
V <- Z %*% G %*% t(Z) + 400 * diag(3)                # 3 x 3
V
#= V: V

#> 05
library(lme4)
fit <- lmer(cholesterol ~ sex*year + age*year + (1 + year | id), data)
Z <- cbind(1, c(0, 2, 4, 6, 8, 10))                  # 6 x 2
V <- Z %*% as.matrix(VarCorr(fit)$id) %*% t(Z) + sigma(fit)^2 * diag(6)
round(V)                                             # 6 x 6
round(cov2cor(V), 2)
#= V: V
#= deviance: -2 * logLik(fit)

#> 06
library(lme4)
fit <- lmer(cholesterol ~ sex*year + age*year + (1 + year | id), data)
data$late <- data$year - 10                          # zero at the last visit
late <- lmer(cholesterol ~ sex*late + age*late + (1 + late | id), data)
T <- matrix(c(1, 0, 10, 1), 2)
round(T %*% as.matrix(VarCorr(fit)$id) %*% t(T), 1)
round(VarCorr(late)$id[1:2, 1:2], 1)
#= late: as.matrix(VarCorr(late)$id)
#= deviances: -2 * c(logLik(fit), logLik(late))

#> 07
Z <- cbind(1, c(0, 10))
for (s2 in c(400, 250, 100)) {
  k <- (400 - s2) / 150
  G <- matrix(c(1400 + 150 * k, -60 - 15 * k, -60 - 15 * k, 12 + 3 * k), 2)
  V <- Z %*% G %*% t(Z) + s2 * diag(2)
  cat(s2, "| eigenvalues of G", round(eigen(G)$values, 1), "| V", V, "\n")
}
#= V: V
#= values: eigen(G)$values

#> 08
library(lme4)
fit <- lmer(cholesterol ~ sex*year + age*year + (1 + year | id), data)
who <- data$id == 2
Z <- cbind(1, data$year[who])
V_2 <- Z %*% as.matrix(VarCorr(fit)$id) %*% t(Z) + sigma(fit)^2 * diag(sum(who))
round(unname(fitted(fit)[who]))                      # X beta + Z b-hat
round(unname(predict(fit, re.form = NA)[who]))       # X beta
round(diag(V_2))                                     # of Z G Z' + sigma2 I
#= conditional: fitted(fit)[who]
#= marginal: predict(fit, re.form = NA)[who]
#= variance: diag(V_2)

#> 09
library(Matrix)
X <- model.matrix(~ sex*year + age*year, data); y <- data$cholesterol
V <- bdiag(lapply(split(data$year, data$id), function(t) {
  Z <- cbind(1, t)
  Z %*% diag(c(900, 4)) %*% t(Z) + 500 * diag(length(t))
}))
A <- crossprod(X, as.matrix(solve(V, X)))            # sum of X' V^-1 X
r <- y - X %*% solve(A, crossprod(X, as.numeric(solve(V, y))))  # step 1
ml <- length(y) * log(2 * pi) + determinant(V)$modulus[1] + sum(r * solve(V, r))
reml <- ml - ncol(X) * log(2 * pi) + determinant(A)$modulus[1]
round(c(ML = ml, REML = reml), 2)                    # steps 2 and 3
#= deviances: c(ml, reml)

#> 10
library(lmerTest)
fit <- lmer(cholesterol ~ sex*year + age*year + (1 + year | id), data)
names(fixef(fit))                                    # the order of the weights
contest(fit, c(0, 0, 0, 0, 1, 0), joint = FALSE)     # do slopes differ by sex?
contest(fit, c(0, 0, 1, 0, 1, 50), joint = FALSE)    # does a man of 50 change?
new <- data.frame(sex = "female", age = 42, year = c(0, 5, 10))
round(predict(fit, new, re.form = NA), 1)
#= sex: unlist(contest(fit, c(0, 0, 0, 0, 1, 0), joint = FALSE)[c("Estimate", "Std. Error", "df", "Pr(>|t|)")])
#= man: unlist(contest(fit, c(0, 0, 1, 0, 1, 50), joint = FALSE)[c("Estimate", "Std. Error", "df", "Pr(>|t|)")])
#= new: predict(fit, new, re.form = NA)

#> 11
library(lme4)
fit <- lmer(cholesterol ~ sex*year + age*year + (1 + year | id), data)
b <- ranef(fit)$id
who <- rownames(b)[which.max(abs(b$year))]           # the steepest predicted line
G <- as.matrix(VarCorr(fit)$id); mine <- data$id == who
Z <- cbind(1, data$year[mine])
V <- Z %*% G %*% t(Z) + sigma(fit)^2 * diag(sum(mine))
r <- (data$cholesterol - predict(fit, re.form = NA))[mine]
round(drop(G %*% t(Z) %*% solve(V, r)), 2)           # by hand
round(b[who, ], 2)                                   # by lme4
#= who: who
#= b: unlist(b[who, ])
#= hand: G %*% t(Z) %*% solve(V, r)

#> 12
library(nlme)
data$visit <- data$year / 2
parallel <- lme(cholesterol ~ sex*year + age*year, data, random = ~ 1 | id)
memory <- update(parallel, correlation = corAR1(form = ~ visit | id))
slopes <- update(parallel, random = ~ 1 + year | id)
anova(parallel, memory)
round(c(parallel = AIC(parallel), AR1 = AIC(memory), slopes = AIC(slopes)), 1)
#= deviances: -2 * c(logLik(parallel), logLik(memory), logLik(slopes))
#= aic: c(AIC(parallel), AIC(memory), AIC(slopes))

#> 13
library(lme4)
fit <- lmer(cholesterol ~ sex*year + age*year + (1 + year | id), data)
mine <- data$id == data$id[1]
Z <- cbind(1, data$year[mine])
V <- Z %*% as.matrix(VarCorr(fit)$id) %*% t(Z) + sigma(fit)^2 * diag(sum(mine))
r <- (data$cholesterol - predict(fit, re.form = NA))[mine]
round(forwardsolve(t(chol(V)), r), 3)                # R's chol() gives the upper triangle
#= normalized: forwardsolve(t(chol(V)), r)

#> 15
library(lme4)
fit <- lmer(score ~ 1 + (1 | school) + (1 | classroom), data)
part <- c(school = VarCorr(fit)$school[1], class = VarCorr(fit)$classroom[1], pupil = sigma(fit)^2)
round(part, 1)
round(c("same class" = part[[1]] + part[[2]], "same school" = part[[1]]) / sum(part), 2)
#= part: part

#> 16
library(lmerTest)
plan <- expand.grid(year = c(0, 2, 4, 6, 8, 10), id = 0:39)
plan$treated <- plan$id %% 2
C <- t(chol(matrix(c(1400, -60, -60, 12), 2)))       # G = C C'
p <- replicate(200, {                                # 200 studies from the truth
  b <- C %*% matrix(rnorm(2 * 40), 2)                # 2 x 40, a column a person
  plan$y <- 220 + 2 * plan$treated * plan$year +     # the effect is 2 a year
    b[1, plan$id + 1] + b[2, plan$id + 1] * plan$year + rnorm(nrow(plan), 0, 20)
  fit <- lmer(y ~ treated*year + (1 + year | id), plan)
  coef(summary(fit))["treated:year", "Pr(>|t|)"]
})
c(power = mean(p < 0.05), error = round(sqrt(var(p < 0.05) / 200), 3))
#= power: mean(p < 0.05)
#= error: sqrt(var(p < 0.05) / 200)
