import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jpmml.evaluator.Evaluator;
import org.jpmml.evaluator.EvaluatorUtil;
import org.jpmml.evaluator.InputField;
import org.jpmml.evaluator.LoadingModelEvaluatorBuilder;

/**
 * Scores rows by a PMML document: java Score CARD.pmml, rows on the standard input, one a line,
 * cells between tabs, in the order of the first line's names, empty where a value is missing.
 * Answers a line a row: the score; nothing where there is none.
 */
public final class Score {
    public static void main(String[] args) throws Exception {
        Evaluator card = new LoadingModelEvaluatorBuilder().load(new File(args[0])).build();
        card.verify();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        BufferedWriter out = new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
        String[] names = in.readLine().split("\t", -1);
        for (String line; (line = in.readLine()) != null; ) {
            String[] cells = line.split("\t", -1);
            Map<String, Object> row = new LinkedHashMap<>();
            for (InputField field : card.getInputFields()) {
                for (int i = 0; i < names.length; i++) {
                    if (names[i].equals(field.getName())) {
                        row.put(field.getName(), field.prepare(cells[i].isEmpty() ? null : cells[i]));
                    }
                }
            }
            Object score = null;
            try {
                score = EvaluatorUtil.decodeAll(card.evaluate(row)).get("score");
            } catch (org.jpmml.evaluator.EvaluationException e) {
                // what has no score
            }
            out.write(score == null ? "" : score.toString());
            out.newLine();
        }
        out.flush();
    }
}
