# Numbers that lessons print, by lme4, lmerTest and nlme:  LMMTEACH_DATA=folder Rscript make_book_numbers.R  (in this folder)
# The folder holds Cholesterol.txt, the real file.  Writes book_numbers_r.json: a lesson, what its page evaluates, the value.
suppressMessages({library(lme4); library(lmerTest); library(nlme); library(jsonlite)})
d <- read.table(file.path(Sys.getenv("LMMTEACH_DATA"), "Cholesterol.txt"), header = TRUE)
names(d)[names(d) == "cholst"] <- "y"
d$male <- 1 - d$sex  # the file codes men 0
d$id <- factor(d$newid)
d$visit <- as.integer(d$year / 2)
s <- read.csv("data/sleepstudy.csv")
s$Subject <- factor(s$Subject)
exact <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-9, maxfun = 1e5), calc.derivs = FALSE)
slow <- lmeControl(maxIter = 500, msMaxIter = 500, tolerance = 1e-10, msTol = 1e-10, opt = "optim")
slower <- glsControl(maxIter = 500, msMaxIter = 500, tolerance = 1e-10, msTol = 1e-10, opt = "optim")
formula <- y ~ male * year + age * year + (1 + year | id)
fit <- lmerTest::lmer(formula, d, control = exact)
ml <- lmerTest::lmer(formula, d, REML = FALSE, control = exact)
level <- lmerTest::lmer(y ~ male * year + age * year + (1 | id), d, control = exact)
plain <- lmerTest::lmer(y ~ male + age + year + (1 + year | id), d, control = exact)
logged <- lmerTest::lmer(log(y) ~ male * year + age * year + (1 + year | id), d, control = exact)
G <- VarCorr(fit)$id
dev <- function(m) -2 * as.numeric(logLik(m))
visits <- gls(y ~ male * year + age * year, d, correlation = corAR1(0.8, form = ~ visit | id), control = slower)
sleeping <- lmerTest::lmer(Reaction ~ Days + (1 + Days | Subject), s, control = exact)
apart <- lmer(Reaction ~ Days + (1 | Subject), s, control = exact)
sleep_ar1 <- gls(Reaction ~ Days, s, correlation = corAR1(0.8, form = ~ Days | Subject), control = slower)
both <- lme(Reaction ~ Days, s, random = ~ Days | Subject, correlation = corAR1(0.4, form = ~ Days | Subject), control = slow)
layers <- lme(Reaction ~ Days, s, random = ~ Days | Subject, control = slow,
              correlation = corExp(form = ~ Days | Subject, nugget = TRUE, value = c(2, 0.2)))
aic <- function(m, p) dev(m) + 2 * p
table <- coef(summary(fit)); logs <- coef(summary(logged)); rested <- coef(summary(sleeping))
numbers <- list(
  "05" = list('f"{G[0, 0]:.1f}"' = G[1, 1], 'f"{G[0, 1]:.2f}"' = G[1, 2], 'f"{sigma2:.1f}"' = sigma(fit)^2,
              'f"{fit.deviance:.2f}"' = dev(fit), 'f"{gap_parallel:.0f}"' = dev(level) - dev(fit)),
  "09" = list('f"{ml.G.iloc[0, 0]:.0f}"' = VarCorr(ml)$id[1, 1], 'f"{ml.G.iloc[1, 1]:.2f}"' = VarCorr(ml)$id[2, 2]),
  "10" = list("f\"{plain.beta['age']:+.2f}\"" = fixef(plain)[["age"]], "f\"{plain.beta['year']:+.2f}\"" = fixef(plain)[["year"]],
              "f\"{table.loc['sexmale:year', 'df']:.0f}\"" = table["male:year", "df"],
              'f"{sleep_df:.0f}"' = rested["Days", "df"],
              "inner" = summary(lme(Reaction ~ Days, s, random = ~ Days | Subject))$tTable["Days", "DF"]),
  "12" = list('f"{test.statistic:.2f}"' = dev(level) - dev(fit), 'f"{ar1.deviance - parallel.deviance:.0f}"' = dev(visits) - dev(level),
              'f"{sleep_test.statistic:.1f}"' = dev(apart) - dev(sleeping), 'f"{sleep_ar1.aic:.0f}"' = aic(sleep_ar1, 4),
              'f"{sleep_slopes.aic:.0f}"' = aic(sleeping, 6), 'f"{both.aic:.1f}"' = aic(both, 7), 'f"{layered.aic:.1f}"' = aic(layers, 8)),
  "13" = list('minus(log_t["sexmale:year"])' = logs["male:year", "t value"], 'minus(log_t["year:age"])' = logs["year:age", "t value"],
              'minus(t_value["sexmale:year"])' = table["male:year", "t value"]))
versions <- lapply(list(lme4 = "lme4", lmerTest = "lmerTest", nlme = "nlme"), function(p) as.character(packageVersion(p)))
versions$R <- paste(R.version$major, R.version$minor, sep = ".")
write_json(list(versions = versions, numbers = numbers), "book_numbers_r.json", digits = 8, auto_unbox = TRUE, pretty = TRUE)
