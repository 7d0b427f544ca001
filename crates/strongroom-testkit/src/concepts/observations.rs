use super::terms;

terms! { QUESTIONS;
    SURVEY = 5_000 "Survey" [];
    THE_BASICS = 5_001 "The basics" [SURVEY];
    LIFESTYLE = 5_002 "Lifestyle" [SURVEY];
    OVERALL_HEALTH = 5_003 "Overall health" [SURVEY];
    QUESTION_EDUCATION = 5_100 "Education: highest grade completed" [THE_BASICS];
    QUESTION_INCOME = 5_101 "Income: annual household income" [THE_BASICS];
    QUESTION_EMPLOYMENT = 5_102 "Employment: current status" [THE_BASICS];
    QUESTION_INSURANCE = 5_103 "Insurance: covered by health insurance" [THE_BASICS];
    QUESTION_SMOKED_100 = 5_104 "Smoking: 100 cigarettes in lifetime" [LIFESTYLE];
    QUESTION_SMOKING_FREQUENCY = 5_105 "Smoking: current frequency" [LIFESTYLE];
    QUESTION_CIGARETTES_PER_DAY = 5_106 "Smoking: average cigarettes per day" [LIFESTYLE];
    QUESTION_ALCOHOL = 5_107 "Alcohol: drinks in the past year" [LIFESTYLE];
    QUESTION_GENERAL_HEALTH = 5_108 "Overall health: general health" [OVERALL_HEALTH];
    QUESTION_FATIGUE = 5_109 "Overall health: average fatigue in the past 7 days" [OVERALL_HEALTH];
    QUESTION_PAIN = 5_110 "Overall health: average pain in the past 7 days" [OVERALL_HEALTH];
    QUESTION_COMMENT = 5_111 "Overall health: anything to add" [OVERALL_HEALTH];
}

terms! { ANSWERS;
    ANSWER_SKIP = 5_300 "Skip" [];
    ANSWER_PREFER_NOT_TO_ANSWER = 5_301 "Prefer not to answer" [];
    ANSWER_DONT_KNOW = 5_302 "Don't know" [];
    ANSWER_YES = 5_303 "Yes" [];
    ANSWER_NO = 5_304 "No" [];
    ANSWER_NO_SCHOOL_DIPLOMA = 5_305 "Less than a high school degree" [];
    ANSWER_SCHOOL_DIPLOMA = 5_306 "High school graduate" [];
    ANSWER_COLLEGE = 5_307 "College graduate" [];
    ANSWER_ADVANCED_DEGREE = 5_308 "Advanced degree" [];
    ANSWER_INCOME_LOW = 5_309 "Annual income: less than 35k" [];
    ANSWER_INCOME_MIDDLE = 5_310 "Annual income: 35k to 100k" [];
    ANSWER_INCOME_HIGH = 5_311 "Annual income: more than 100k" [];
    ANSWER_EMPLOYED = 5_312 "Employed" [];
    ANSWER_OUT_OF_WORK = 5_313 "Out of work" [];
    ANSWER_RETIRED = 5_314 "Retired" [];
    ANSWER_STUDENT = 5_315 "Student" [];
    ANSWER_EVERY_DAY = 5_316 "Every day" [];
    ANSWER_SOME_DAYS = 5_317 "Some days" [];
    ANSWER_NOT_AT_ALL = 5_318 "Not at all" [];
    ANSWER_NEVER = 5_319 "Never" [];
    ANSWER_MONTHLY = 5_320 "Monthly or less" [];
    ANSWER_WEEKLY = 5_321 "Two to three times a week" [];
    ANSWER_EXCELLENT = 5_322 "Excellent" [];
    ANSWER_GOOD = 5_323 "Good" [];
    ANSWER_FAIR = 5_324 "Fair" [];
    ANSWER_POOR = 5_325 "Poor" [];
    ANSWER_NONE = 5_326 "None" [];
    ANSWER_MILD = 5_327 "Mild" [];
    ANSWER_MODERATE = 5_328 "Moderate" [];
    ANSWER_SEVERE = 5_329 "Severe" [];
}

terms! { FINDINGS;
    SOCIAL_OR_FAMILY_HISTORY = 5_500 "Social or family history" [];
    FORMER_SMOKER = 5_501 "Former smoker" [SOCIAL_OR_FAMILY_HISTORY];
    CURRENT_SMOKER = 5_502 "Current smoker" [SOCIAL_OR_FAMILY_HISTORY];
    FAMILY_HISTORY_OF_CANCER = 5_503 "Family history of malignant neoplasm" [SOCIAL_OR_FAMILY_HISTORY];
    FAMILY_HISTORY_OF_DIABETES = 5_504 "Family history of diabetes mellitus" [SOCIAL_OR_FAMILY_HISTORY];
    ALLERGY_TO_PENICILLIN = 5_505 "Allergy to penicillin" [SOCIAL_OR_FAMILY_HISTORY];
    LIVES_ALONE = 5_506 "Lives alone" [SOCIAL_OR_FAMILY_HISTORY];
}
