package tocsin.test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** A source that makes trouble when asked: topic, rate (records a second), fail.after.ms, bad.every (every n-th record is no number). */
public class TroubleSource extends SourceConnector {
    private Map<String, String> settings;

    @Override public void start(Map<String, String> given) { settings = given; }
    @Override public Class<? extends Task> taskClass() { return TroubleTask.class; }
    @Override public void stop() { }
    @Override public String version() { return "1"; }

    @Override public List<Map<String, String>> taskConfigs(int most) {
        List<Map<String, String>> tasks = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            Map<String, String> task = new HashMap<>(settings);
            task.put("task", Integer.toString(i));
            tasks.add(task);
        }
        return tasks;
    }

    @Override public ConfigDef config() {
        return new ConfigDef()
            .define("topic", ConfigDef.Type.STRING, ConfigDef.Importance.HIGH, "where records go")
            .define("rate", ConfigDef.Type.INT, 10, ConfigDef.Importance.HIGH, "records a second")
            .define("fail.after.ms", ConfigDef.Type.LONG, -1L, ConfigDef.Importance.LOW, "task 0 fails after this time; -1 never")
            .define("bad.every", ConfigDef.Type.INT, 0, ConfigDef.Importance.LOW, "every n-th record is no number; 0 none");
    }

    public static class TroubleTask extends SourceTask {
        private String topic, task;
        private int rate, badEvery;
        private long failAfter, started, sent;

        @Override public String version() { return "1"; }

        @Override public void start(Map<String, String> given) {
            topic = given.get("topic");
            task = given.get("task");
            rate = Integer.parseInt(given.getOrDefault("rate", "10"));
            badEvery = Integer.parseInt(given.getOrDefault("bad.every", "0"));
            failAfter = Long.parseLong(given.getOrDefault("fail.after.ms", "-1"));
            started = System.currentTimeMillis();
        }

        @Override public List<SourceRecord> poll() throws InterruptedException {
            long elapsed = System.currentTimeMillis() - started;
            if (failAfter >= 0 && elapsed >= failAfter && task.equals("0"))
                throw new ConnectException("trouble was asked for after " + failAfter + " ms <init>");
            long due = elapsed * rate / 1000 - sent;
            if (due <= 0) {
                Thread.sleep(50);
                return null;
            }
            List<SourceRecord> records = new ArrayList<>();
            for (long i = 0; i < Math.min(due, 500); i++) {
                sent++;
                String value = badEvery > 0 && sent % badEvery == 0 ? "not a number" : Long.toString(sent);
                records.add(new SourceRecord(Map.of("task", task), Map.of("sent", sent), topic, Schema.STRING_SCHEMA, value));
            }
            return records;
        }

        @Override public void stop() { }
    }
}
