use super::terms;

terms! { MEASUREMENTS;
    MEASUREMENT = 4_000 "Measurement" [];
    LABORATORY_TEST = 4_001 "Laboratory test" [MEASUREMENT];
    VITAL_SIGN = 4_002 "Vital sign" [MEASUREMENT];
    BODY_MEASURE = 4_003 "Body measure" [MEASUREMENT];
    BLOOD_PRESSURE = 4_004 "Blood pressure" [VITAL_SIGN];
    GLUCOSE_MEASUREMENT = 4_005 "Glucose measurement" [LABORATORY_TEST];
    LIPID_PANEL = 4_006 "Lipid measurement" [LABORATORY_TEST];
    COMPLETE_BLOOD_COUNT = 4_007 "Complete blood count" [LABORATORY_TEST];
    RENAL_FUNCTION_TEST = 4_008 "Renal function test" [LABORATORY_TEST];
    HBA1C = 4_100 "Hemoglobin A1c in blood" [GLUCOSE_MEASUREMENT];
    GLUCOSE_FASTING = 4_101 "Fasting glucose in serum" [GLUCOSE_MEASUREMENT];
    TOTAL_CHOLESTEROL = 4_102 "Total cholesterol in serum" [LIPID_PANEL];
    LDL_CHOLESTEROL = 4_103 "LDL cholesterol in serum" [LIPID_PANEL];
    HDL_CHOLESTEROL = 4_104 "HDL cholesterol in serum" [LIPID_PANEL];
    TRIGLYCERIDES = 4_105 "Triglycerides in serum" [LIPID_PANEL];
    CREATININE = 4_106 "Creatinine in serum" [RENAL_FUNCTION_TEST];
    GLOMERULAR_FILTRATION_RATE = 4_107 "Estimated glomerular filtration rate" [RENAL_FUNCTION_TEST];
    HAEMOGLOBIN = 4_108 "Hemoglobin in blood" [COMPLETE_BLOOD_COUNT];
    LEUKOCYTES = 4_109 "Leukocytes in blood" [COMPLETE_BLOOD_COUNT];
    PLATELETS = 4_110 "Platelets in blood" [COMPLETE_BLOOD_COUNT];
    POTASSIUM = 4_111 "Potassium in serum" [LABORATORY_TEST];
    SODIUM = 4_112 "Sodium in serum" [LABORATORY_TEST];
    THYROTROPIN = 4_113 "Thyrotropin in serum" [LABORATORY_TEST];
    URINE_PROTEIN = 4_114 "Protein in urine by test strip" [LABORATORY_TEST, RENAL_FUNCTION_TEST];
    SARS_COV_2_RNA = 4_115 "SARS-CoV-2 RNA in respiratory specimen" [LABORATORY_TEST];
    SYSTOLIC_BLOOD_PRESSURE = 4_116 "Systolic blood pressure" [BLOOD_PRESSURE];
    DIASTOLIC_BLOOD_PRESSURE = 4_117 "Diastolic blood pressure" [BLOOD_PRESSURE];
    HEART_RATE = 4_118 "Heart rate" [VITAL_SIGN];
    BODY_TEMPERATURE = 4_119 "Body temperature" [VITAL_SIGN];
    BODY_WEIGHT = 4_120 "Body weight" [BODY_MEASURE];
    BODY_HEIGHT = 4_121 "Body height" [BODY_MEASURE];
    BODY_MASS_INDEX = 4_122 "Body mass index" [BODY_MEASURE];
}

terms! { INVENTED_UNITS;
    MILLI_UNITS_PER_LITRE = 4_900 "milli-international unit per liter" [];
    MILLILITRES_PER_MINUTE_PER_AREA = 4_901 "milliliter per minute per 1.73 square meter" [];
}
