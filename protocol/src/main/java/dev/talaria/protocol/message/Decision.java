package dev.talaria.protocol.message;

import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.policy.Verdict;

/**
 * What is to become of a task whose run ended, on {@code decisions} (key: the task key).
 *
 * @param run the run that ended
 * @param lineage the board's lineage that the run belongs to
 * @param event the event that closed the run
 * @param by who decided: {@code topology} or {@code dispatcher}
 * @param verdict what to do, with count, limit and reason
 * @param at epoch milliseconds
 */
public record Decision(RunKey run, long lineage, long event, String by, Verdict verdict, long at)
    implements Message {}
