package dev.talaria.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.talaria.protocol.message.Message;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;

/** The dependency column of the design's table of modules, and the rules of style that the compiler does not see. */
@AnalyzeClasses(packages = "dev.talaria", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String PROTOCOL = "dev.talaria.protocol..";
  private static final String BOARD = "dev.talaria.board..";
  private static final String SERVICE = "dev.talaria.service..";
  private static final String BROKER = "dev.talaria.broker..";
  private static final String STREAMS = "dev.talaria.streams..";
  private static final String DISPATCHER = "dev.talaria.dispatcher..";
  private static final String LAUNCHER = "dev.talaria.launcher..";
  private static final String CLI = "dev.talaria.cli..";
  private static final String MCP = "dev.talaria.cli.mcp..";
  private static final String[] SERVICE_LIBRARIES = {
    "org.apache.kafka..",
    "io.micrometer..",
    "ch.qos.logback..",
    "org.rocksdb..",
    "com.sun.jna..",
    "com.fasterxml.jackson.dataformat.."
  };
  private static final String TEST_KIT = "dev.talaria.testkit..";

  private static final DescribedPredicate<JavaClass> OURS = resideInAPackage("dev.talaria..");

  /**
   * Where a process is put together, and what is not part of the product. Everything else is handed its environment and
   * its clock.
   */
  private static final DescribedPredicate<JavaClass> COMPOSITION =
      resideInAPackage(TEST_KIT).or(nameMatching("dev\\.talaria\\.cli\\.(Main|Training)(\\$.*)?"));

  /** They end the process from its own shutdown, when all is closed, so that a clean stop is told as 0. */
  // these have hooks that end services in order; after them nothing is left to shut down
  private static final DescribedPredicate<JavaClass> SERVICE_COMMANDS = nameMatching(
          "dev\\.talaria\\.cli\\.(run\\.(ServiceProcess|BrokerCommand|DaemonCommand)|demo\\.Interruption|mcp\\.McpCommand)")
      .forSubtype();

  /** What verbs on a local board may know of the configuration. */
  private static final DescribedPredicate<JavaClass> LOCAL_CONFIG = nameMatching(
          "dev\\.talaria\\.service\\.config\\.((Local|Triage|Diagnostics|Orchestration)Config|ConfigException)")
      .forSubtype();

  private static DescribedPredicate<JavaClass> oursBut(String... packages) {
    return OURS.and(DescribedPredicate.not(resideInAnyPackage(packages)));
  }

  @ArchTest
  static final ArchRule protocolIsPure = classes()
      .that()
      .resideInAPackage(PROTOCOL)
      .should()
      .onlyDependOnClassesThat(
          resideInAnyPackage(PROTOCOL, "java..", "com.fasterxml.jackson..", "org.jspecify..")
              .and(DescribedPredicate.not(
                  resideInAnyPackage("java.nio.file..", "java.net..", "java.sql.."))))
      .because(
          "every module shares it, replay too: hand in what was read, and do the I/O where it is called");

  @ArchTest
  static final ArchRule onlyTheBoardTouchesTheDatabase = noClasses()
      .that(oursBut(BOARD))
      .should()
      .dependOnClassesThat()
      .resideInAnyPackage("java.sql..", "javax.sql..", "org.sqlite..")
      .because(
          "one module knows the schema and its rules; add an operation to board-store instead");

  @ArchTest
  static final ArchRule boardStoreSeesNoKafka = noClasses()
      .that()
      .resideInAPackage(BOARD)
      .should()
      .dependOnClassesThat(oursBut(BOARD, PROTOCOL)
          .or(resideInAnyPackage("org.apache.kafka..", "io.micrometer..", "ch.qos.logback..")))
      .because(
          "a board works with Kafka away, and verbs on a local board have neither on their class path");

  @ArchTest
  static final ArchRule serviceKnowsNoDuty = noClasses()
      .that()
      .resideInAPackage(SERVICE)
      .should()
      .dependOnClassesThat(oursBut(SERVICE, PROTOCOL))
      .because("it is what services share; what only one of them needs belongs to that one");

  @ArchTest
  static final ArchRule topologiesDoNotSeeTheBoard = noClasses()
      .that()
      .resideInAPackage(STREAMS)
      .should()
      .dependOnClassesThat(oursBut(STREAMS, PROTOCOL, SERVICE))
      .because(
          "topologies know a board only by its transitions; add the field to the image instead");

  @ArchTest
  static final ArchRule dispatchersDoNotSeeLaunchers = noClasses()
      .that()
      .resideInAPackage(DISPATCHER)
      .should()
      .dependOnClassesThat(oursBut(DISPATCHER, BOARD, PROTOCOL, SERVICE))
      .because("they may be on different hosts: what one tells the other is a message in protocol");

  @ArchTest
  static final ArchRule launchersDoNotSeeDispatchers = noClasses()
      .that()
      .resideInAPackage(LAUNCHER)
      .should()
      .dependOnClassesThat(oursBut(LAUNCHER, BOARD, PROTOCOL, SERVICE))
      .because("they may be on different hosts: what one tells the other is a message in protocol");

  @ArchTest
  static final ArchRule theBrokerIsOnlyABroker = noClasses()
      .that()
      .resideInAPackage(BROKER)
      .should()
      .dependOnClassesThat(oursBut(BROKER, PROTOCOL, SERVICE))
      .because("it stands in for a cluster, which knows nothing of Talaria");

  @ArchTest
  static final ArchRule nothingDependsOnTheCommandOrTheTestKit = noClasses()
      .that(oursBut(CLI, TEST_KIT))
      .should()
      .dependOnClassesThat()
      .resideInAnyPackage(CLI, TEST_KIT)
      .because("the command puts the modules together; what they share goes to service");

  @ArchTest
  static final ArchRule localVerbsStartWithoutServices = noClasses()
      .that()
      .resideInAnyPackage("dev.talaria.cli", "dev.talaria.cli.verb..", "dev.talaria.cli.text..")
      .should()
      .dependOnClassesThat(resideInAnyPackage(SERVICE_LIBRARIES)
          .or(oursBut(
                  BOARD,
                  PROTOCOL,
                  "dev.talaria.cli",
                  "dev.talaria.cli.verb..",
                  "dev.talaria.cli.text..")
              .and(DescribedPredicate.not(LOCAL_CONFIG))))
      .because(
          "their class path does not hold it; a verb that needs services is named in ServiceVerbs and loaded by name");

  @ArchTest
  static final ArchRule localConfigurationNeedsNoServices = noClasses()
      .that(
          LOCAL_CONFIG.or(
              nameMatching(
                  "dev\\.talaria\\.service\\.config\\.(ConfigSource|HermesFile|YamlFile|SecretFiles|Durations|Check|Nearest|Origin)(\\$.*)?")))
      .should()
      .dependOnClassesThat(resideInAnyPackage(
          "org.apache.kafka..", "io.micrometer..", "ch.qos.logback..", "com.sun.jna.."))
      .because("verbs on a local board read it on a class path that holds none of these");

  @ArchTest
  static final ArchRule theMcpServerStartsWithoutServices = noClasses()
      .that()
      .resideInAPackage(MCP)
      .should()
      .dependOnClassesThat(resideInAnyPackage(SERVICE_LIBRARIES)
          .or(oursBut(BOARD, PROTOCOL, MCP, "dev.talaria.cli", "dev.talaria.cli.text..")))
      .because("an agent waits for it at each start, on a class path that does not hold them");

  @ArchTest
  static final ArchRule toolsKnowNoProtocol = noClasses()
      .that(OURS.and(DescribedPredicate.not(resideInAPackage("dev.talaria.cli.mcp"))))
      .should()
      .dependOnClassesThat()
      .resideInAnyPackage("io.modelcontextprotocol..", "reactor..")
      .because("a tool is its rules; the SDK stays in one package, and in one class path");

  @ArchTest
  static final ArchRule classesAreLoadedByNameInOnePlace = noClasses()
      .that(OURS.and(
          DescribedPredicate.not(nameMatching("dev\\.talaria\\.cli\\.ServiceVerbs(\\$.*)?"))))
      .should()
      .callMethod(Class.class, "forName", String.class)
      .because("only ServiceVerbs must hide its classes from the class path of local verbs");

  @ArchTest
  static final ArchRule onlyCompositionReadsTheEnvironment = noClasses()
      .that(OURS.and(DescribedPredicate.not(COMPOSITION)))
      .should()
      .callMethod(System.class, "getenv")
      .orShould()
      .callMethod(System.class, "getenv", String.class)
      .because(
          "what is read in passing cannot be tested or shown; take the environment as an argument");

  @ArchTest
  static final ArchRule onlyCompositionReadsTheClock = noClasses()
      .that(OURS.and(DescribedPredicate.not(COMPOSITION)))
      .should()
      .callMethod(Instant.class, "now")
      .orShould()
      .callMethod(System.class, "currentTimeMillis")
      .orShould()
      .callMethod(InstantSource.class, "system")
      .orShould()
      .callMethod(Clock.class, "systemUTC")
      .orShould()
      .callMethod(Clock.class, "systemDefaultZone")
      .because("tests set the time: take an InstantSource, or the Instant itself");

  @ArchTest
  static final ArchRule onlyMainEndsTheProcess = noClasses()
      .that(OURS.and(DescribedPredicate.not(COMPOSITION.or(SERVICE_COMMANDS))))
      .should()
      .callMethod(System.class, "exit", int.class)
      .orShould()
      .callMethod(Runtime.class, "halt", int.class)
      .because(
          "a verb says its exit code; what ends the process elsewhere skips the shutdown of the rest");

  @ArchTest
  static final ArchRule messagesAreRecords = classes()
      .that()
      .areAssignableTo(Message.class)
      .and()
      .areNotInterfaces()
      .should()
      .beRecords()
      .because("a message is its fields, and never changes");

  @ArchTest
  static final ArchRule configurationsAreRecords = classes()
      .that()
      .resideInAPackage("dev.talaria.service.config..")
      .and()
      .haveSimpleNameEndingWith("Config")
      .should()
      .beRecords()
      .because("a configuration is read once, checked when it is made, and never changes");
}
