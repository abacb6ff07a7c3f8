package io.mcpauth.scaling;

import static io.mcpauth.scaling.VirtualTime.MINUTE;
import static io.mcpauth.scaling.VirtualTime.SECOND;

import io.mcpauth.Defaults;
import io.mcpauth.scaling.FeedDatabase.Condition;
import io.mcpauth.store.FollowedByHand;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The tables of docs/scaling.md that the simulation makes, in Markdown. */
final class ScalingTables {
  private static final List<Integer> SIZES = List.of(2, 10, 100);

  /** Those of the library. */
  static final FeedRun.Bounds BOUNDS =
      new FeedRun.Bounds(
          TimeUnit.MILLISECONDS.toMicros(Defaults.STORE_MAX_AGE.toMillis()),
          TimeUnit.MILLISECONDS.toMicros(FollowedByHand.LONGEST_SILENCE.toMillis()));

  private ScalingTables() {}

  /** Each by what it is about. */
  static Map<String, String> all() {
    Map<String, String> tables = new LinkedHashMap<>();
    tables.put("costs", costs());
    tables.put("provider", provider());
    tables.put("database", database());
    tables.put("outage", outage());
    tables.put("restart", restart());
    tables.put("ends", ends());
    return tables;
  }

  private static String costs() {
    try (StoreCosts costs = new StoreCosts()) {
      return costs.count().entrySet().stream()
          .map(cost -> "| " + cost.getKey() + " | " + cost.getValue() + " |\n")
          .collect(Collectors.joining("", "| | to the database and back |\n|-|-|\n", ""));
    }
  }

  private static String provider() {
    List<KeysRun> runs = SIZES.stream().map(KeysRun::new).toList();
    List<KeysRun.Rest> rest = runs.stream().map(KeysRun::rest).toList();
    List<KeysRun.Rotation> rotation = runs.stream().map(KeysRun::rotation).toList();
    List<KeysRun.Flood> flood = runs.stream().map(KeysRun::flood).toList();
    List<KeysRun.Rotation> both = runs.stream().map(KeysRun::rotationInAFlood).toList();
    List<KeysRun.Outage> outage =
        runs.stream().map(run -> run.outage(10 * MINUTE, KeysRun.GOOD)).toList();
    List<KeysRun.Outage> longer =
        runs.stream().map(run -> run.outage(70 * MINUTE, KeysRun.GOOD / 10)).toList();
    return header()
        + row("all start at once: key requests in the first second", rest, r -> r.atStart())
        + row("at rest: key requests a minute, on average", rest, KeysRun.Rest::average)
        + row("at rest, the most in a minute", rest, r -> r.mostInAMinute())
        + row("at rest, the most in a second", rest, r -> r.mostInASecond())
        + row("unannounced new key: key requests in the next minute", rotation, r -> r.requests())
        + row("good requests refused by it", rotation, r -> r.refused())
        + row("flood of unknown key ids: key requests a minute", flood, f -> f.perMinute())
        + row("good requests refused by it", flood, f -> f.refused())
        + row(
            "new key in that flood: ms until a node takes it, p50 / p99 / most",
            both,
            r -> r.untilTaken().millis())
        + row("good requests of a node refused meanwhile", both, KeysRun.Rotation::refusedOfANode)
        + row("provider away for 10 minutes: key requests a minute", outage, o -> o.mostInAMinute())
        + row("good requests refused by it", outage, o -> o.refused())
        + row("provider back: key requests in the first two seconds", outage, o -> o.whenBack())
        + row(
            "provider away for 70 minutes: good requests refused after minutes",
            longer,
            KeysRun.Outage::refusedFrom);
  }

  private static String database() {
    StringBuilder table = new StringBuilder(header());
    for (QueryTimes times : List.of(QueryTimes.NEAR, QueryTimes.SLOW)) {
      List<FeedRun.Propagation> runs = feeds().stream().map(run -> run.propagation(times)).toList();
      String database = times.name() + " database: ";
      table
          .append(row(database + "queries a second", runs, FeedRun.Propagation::questions))
          .append(row(database + "of each node", runs, FeedRun.Propagation::questionsOfANode))
          .append(
              row(
                  database + "ms from commit to a node, p50 / p99 / most",
                  runs,
                  run -> run.each().millis()))
          .append(
              row(
                  database + "ms from commit to the last node, p50 / p99 / most",
                  runs,
                  run -> run.last().millis()));
    }
    return table.toString();
  }

  private static String outage() {
    StringBuilder table = new StringBuilder(header());
    for (Condition how : List.of(Condition.REFUSES, Condition.SILENT)) {
      for (int seconds : List.of(15, 55)) {
        List<FeedRun.Outage> runs =
            feeds().stream().map(run -> run.outage(how, seconds * SECOND)).toList();
        String name =
            (how == Condition.SILENT ? "silent" : "refuses connections")
                + " for "
                + seconds
                + " to "
                + (seconds + 6)
                + " s";
        table
            .append(row(name + ": requests refused", runs, FeedRun.Outage::refusal))
            .append(row(name + ": s until read again, p50 / most", runs, FeedRun.Outage::answers));
      }
    }
    return table.toString();
  }

  private static String restart() {
    List<RestartRun.Restart> few = restarts(1_000);
    List<RestartRun.Restart> many = restarts(100_000);
    return header()
        + row("1,000 rules: queries", few, r -> r.questions())
        + row("s until the last node has them", few, RestartRun.Restart::seconds)
        + row("100,000 rules: queries", many, r -> r.questions())
        + row("rows, in millions", many, r -> r.rows() / 1e6)
        + row("s until the last node has them", many, RestartRun.Restart::seconds);
  }

  /** By arithmetic: what half a processor carries of one thing alone. */
  private static String ends() {
    double looks = new FeedRun(10, BOUNDS).propagation(QueryTimes.NEAR).perSecond() / 10;
    int readEvery = 30;
    return "| | half a processor carries |\n|-|-|\n"
        + share("nodes at rest, 1,000 rules", Measured.LOOK * looks, "")
        + share("nodes at rest, 100,000 rules", Measured.LOOK_OF_MANY * looks, "")
        + share("sessions opened", Measured.SESSION_OPENED, " a second")
        + share(
            "sessions in use, read every 30 seconds",
            (double) Measured.SESSION_READ / readEvery,
            "")
        + share("requests in sessions without a login", Measured.SESSION_READ, " a second");
  }

  private static String share(String what, double microsASecond, String unit) {
    long most = (long) (VirtualTime.SECOND / 2 / microsASecond);
    long step = (long) Math.pow(10, Math.max(0, String.valueOf(most).length() - 2));
    return String.format(Locale.ROOT, "| %s | %,d%s |\n", what, most / step * step, unit);
  }

  private static List<RestartRun.Restart> restarts(int rules) {
    return SIZES.stream()
        .map(nodes -> new RestartRun(nodes).run(rules, Measured.PROCESSORS, Measured.PAGE))
        .toList();
  }

  private static List<FeedRun> feeds() {
    return SIZES.stream().map(nodes -> new FeedRun(nodes, BOUNDS)).toList();
  }

  private static String header() {
    return SIZES.stream()
            .map(nodes -> nodes + " nodes |")
            .collect(Collectors.joining(" ", "| | ", "\n"))
        + "|-|-|-|-|\n";
  }

  private static <T> String row(String name, List<T> runs, Function<T, Object> figure) {
    return runs.stream()
        .map(run -> figure.apply(run) + " |")
        .collect(Collectors.joining(" ", "| " + name + " | ", "\n"));
  }
}
