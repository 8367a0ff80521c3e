package dev.talaria.cli.doctor;

import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.topic.TopicSpec;
import dev.talaria.service.kafka.TopicReport;
import dev.talaria.service.kafka.TopicSetup;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Whether the topics are there, with the partitions and settings that they need. */
final class TopicsCheck implements Check {
  private final DoctorKafka kafka;

  TopicsCheck(DoctorKafka kafka) {
    this.kafka = kafka;
  }

  @Override
  public String name() {
    return "topics";
  }

  @Override
  public List<Finding> look() {
    List<TopicSpec> wanted = new ArrayList<>(kafka.topics().fixed());
    String lanes = kafka.topics().prefix() + "ready.";
    Set<String> names = kafka.get(kafka.admin().listTopics().names());
    for (String name : names) {
      if (name.startsWith(lanes) && Lane.isLane(name.substring(lanes.length()))) {
        wanted.add(kafka.topics().lane(new Lane(name.substring(lanes.length()))));
      }
    }
    TopicReport report = new TopicSetup(kafka.admin(), (short) -1, kafka.patience()).check(wanted);
    List<Finding> findings = new ArrayList<>();
    for (String missing : report.missing()) {
      findings.add(Finding.problem(
          missing, "is not there", "Run 'talaria topics init'; every service makes it too."));
    }
    for (String difference : report.differences()) {
      int end = difference.indexOf(". ");
      String what = end < 0 ? difference : difference.substring(0, end);
      String remedy = end < 0 ? "See 'talaria topics check'." : difference.substring(end + 2);
      findings.add(Finding.warning("topics", what, remedy));
    }
    if (findings.isEmpty()) {
      findings.add(Finding.fine("topics", "%d, all as they should be".formatted(wanted.size())));
    }
    return findings;
  }
}
